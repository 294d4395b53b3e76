"""A conflict as a graph: options and preferences come in, stable states, witnesses and paths go out.

Knows nothing of wars: parties are names, states are bits over options, preferences exact integers. Refuses models too large to
hold, with the measured size, and files that do not follow their format, with the place.
"""

from ceasefire.graphmodel.answers import (
    bounds_json,
    changes_json,
    corrections_json,
    outcomes_json,
    paths_json,
    redesigns_json,
    sensitivity_json,
)
from ceasefire.graphmodel.clauses import BASIC
from ceasefire.graphmodel.counting import Count, count_rankings
from ceasefire.graphmodel.evolution import Evolution, evolution, first_movers, needed_movers
from ceasefire.graphmodel.exchange import is_partial, read_exchange, read_partial, read_sources, solution_json, write_exchange
from ceasefire.graphmodel.gmcr import read_gmcr, read_gmcr_sources, read_gmcr_views, write_gmcr
from ceasefire.graphmodel.inverse import Change, Goal, least_changes, ranks_apart
from ceasefire.graphmodel.model import Arcs, GraphModel, Option
from ceasefire.graphmodel.moves import Deviation, Paths, Step, deviations, joint_moves, paths
from ceasefire.graphmodel.orders import Comparison, PartialOrder
from ceasefire.graphmodel.partial import Bounds, Question, bounds, questions
from ceasefire.graphmodel.perceived import Correction, Corrections, Outcome, PerceivedGame, least_corrections, perceive
from ceasefire.graphmodel.preference import prioritised, ranking, stake_values
from ceasefire.graphmodel.redesign import Add, Correct, Measure, OneWay, Redesign, Remove, least_redesigns, redesigned
from ceasefire.graphmodel.routes import Derailment, Trust, derailments, least_trust, shortest_routes
from ceasefire.graphmodel.sensitivity import (
    Altered,
    Effect,
    Prioritised,
    Ranked,
    Sensitivity,
    Source,
    Statement,
    Weighed,
    robustness,
    sensitivity,
)
from ceasefire.graphmodel.stability import CONCEPTS, Solution, guarded, solve
from ceasefire.graphmodel.tables import Table, graph_json, graphml, move_table, state_table, write_graph, write_table
from ceasefire.graphmodel.views import read_views

__all__ = [
    "BASIC",
    "CONCEPTS",
    "Add",
    "Altered",
    "Arcs",
    "Bounds",
    "Change",
    "Comparison",
    "Correct",
    "Correction",
    "Corrections",
    "Count",
    "Derailment",
    "Deviation",
    "Effect",
    "Evolution",
    "Goal",
    "GraphModel",
    "Measure",
    "OneWay",
    "Option",
    "Outcome",
    "PartialOrder",
    "Paths",
    "PerceivedGame",
    "Prioritised",
    "Question",
    "Ranked",
    "Redesign",
    "Remove",
    "Sensitivity",
    "Solution",
    "Source",
    "Statement",
    "Step",
    "Table",
    "Trust",
    "Weighed",
    "bounds",
    "bounds_json",
    "changes_json",
    "corrections_json",
    "count_rankings",
    "derailments",
    "deviations",
    "evolution",
    "first_movers",
    "graph_json",
    "graphml",
    "guarded",
    "is_partial",
    "joint_moves",
    "least_changes",
    "least_corrections",
    "least_redesigns",
    "least_trust",
    "move_table",
    "needed_movers",
    "outcomes_json",
    "paths",
    "paths_json",
    "perceive",
    "prioritised",
    "questions",
    "ranking",
    "ranks_apart",
    "read_exchange",
    "read_gmcr",
    "read_gmcr_sources",
    "read_gmcr_views",
    "read_partial",
    "read_sources",
    "read_views",
    "redesigned",
    "redesigns_json",
    "robustness",
    "sensitivity",
    "sensitivity_json",
    "shortest_routes",
    "solution_json",
    "solve",
    "stake_values",
    "state_table",
    "write_exchange",
    "write_gmcr",
    "write_graph",
    "write_table",
]
