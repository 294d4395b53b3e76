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
    solution_json,
    verdicts_json,
)
from ceasefire.graphmodel.arranging import Ban, banned, coalesced, with_moves
from ceasefire.graphmodel.asking import Question, questions
from ceasefire.graphmodel.catalogue import OFFERED, SECURITY_CONCEPTS, applicable, solve_named
from ceasefire.graphmodel.clauses import BASIC
from ceasefire.graphmodel.coalitions import COALITION_CONCEPTS, Coalitions, CoalitionVerdicts, merged
from ceasefire.graphmodel.comparing import kind_of, read_structures
from ceasefire.graphmodel.counting import Count, count_rankings
from ceasefire.graphmodel.evolution import Evolution, evolution, first_movers, needed_movers
from ceasefire.graphmodel.exchange import (
    is_partial,
    read_exchange,
    read_partial,
    read_sources,
    read_status_quo,
    write_exchange,
)
from ceasefire.graphmodel.feasibility import at_least_one, exclusive, feasible_states, requires
from ceasefire.graphmodel.foresight import (
    Foresight,
    anticipated,
    anticipated_at_last,
    limited_margins,
    limited_move,
    non_myopic,
    non_myopic_margins,
)
from ceasefire.graphmodel.gmcr import read_gmcr, read_gmcr_sources, read_gmcr_views, write_gmcr
from ceasefire.graphmodel.inverse import Change, Goal, least_changes, ranks_apart
from ceasefire.graphmodel.judging import STRUCTURE_CONCEPTS, Objection, Verdicts, judge, objections, strong_and_weak, weak
from ceasefire.graphmodel.model import Arcs, GraphModel, Option
from ceasefire.graphmodel.moves import Deviation, Paths, Step, deviations, joint_moves, paths, shortest_route
from ceasefire.graphmodel.orders import Comparison, PartialOrder
from ceasefire.graphmodel.partial import Bounds, bounds
from ceasefire.graphmodel.perceived import Correction, Corrections, Outcome, PerceivedGame, least_corrections, perceive
from ceasefire.graphmodel.preference import prioritised, ranking, stake_values, statement, weighted
from ceasefire.graphmodel.redesign import Add, Correct, Measure, OneWay, Redesign, Remove, least_redesigns, redesigned
from ceasefire.graphmodel.routes import Derailment, Roads, Trust, derailments, least_trust, shortest_routes
from ceasefire.graphmodel.security import maximin, maximin_line, maximin_margins, secured
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
from ceasefire.graphmodel.simultaneous import Collision, collisions, simultaneous, simultaneous_margins
from ceasefire.graphmodel.stability import ALL_CONCEPTS, CONCEPTS, Solution, guarded, solve
from ceasefire.graphmodel.structures import Attitudes, Fuzzy, PreferenceStructure, Probable, Simple, Strength, Together, Unknown
from ceasefire.graphmodel.tables import Table, graph_json, graphml, move_table, state_table, write_graph, write_table
from ceasefire.graphmodel.views import read_views
from ceasefire.graphmodel.witnesses import witnesses_json

__all__ = [
    "ALL_CONCEPTS",
    "BASIC",
    "COALITION_CONCEPTS",
    "CONCEPTS",
    "OFFERED",
    "SECURITY_CONCEPTS",
    "STRUCTURE_CONCEPTS",
    "Add",
    "Altered",
    "Arcs",
    "Attitudes",
    "Ban",
    "Bounds",
    "Change",
    "CoalitionVerdicts",
    "Coalitions",
    "Collision",
    "Comparison",
    "Correct",
    "Correction",
    "Corrections",
    "Count",
    "Derailment",
    "Deviation",
    "Effect",
    "Evolution",
    "Foresight",
    "Fuzzy",
    "Goal",
    "GraphModel",
    "Measure",
    "Objection",
    "OneWay",
    "Option",
    "Outcome",
    "PartialOrder",
    "Paths",
    "PerceivedGame",
    "PreferenceStructure",
    "Prioritised",
    "Probable",
    "Question",
    "Ranked",
    "Redesign",
    "Remove",
    "Roads",
    "Sensitivity",
    "Simple",
    "Solution",
    "Source",
    "Statement",
    "Step",
    "Strength",
    "Table",
    "Together",
    "Trust",
    "Unknown",
    "Verdicts",
    "Weighed",
    "anticipated",
    "anticipated_at_last",
    "applicable",
    "at_least_one",
    "banned",
    "bounds",
    "bounds_json",
    "changes_json",
    "coalesced",
    "collisions",
    "corrections_json",
    "count_rankings",
    "derailments",
    "deviations",
    "evolution",
    "exclusive",
    "feasible_states",
    "first_movers",
    "graph_json",
    "graphml",
    "guarded",
    "is_partial",
    "joint_moves",
    "judge",
    "kind_of",
    "least_changes",
    "least_corrections",
    "least_redesigns",
    "least_trust",
    "limited_margins",
    "limited_move",
    "maximin",
    "maximin_line",
    "maximin_margins",
    "merged",
    "move_table",
    "needed_movers",
    "non_myopic",
    "non_myopic_margins",
    "objections",
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
    "read_status_quo",
    "read_structures",
    "read_views",
    "redesigned",
    "redesigns_json",
    "requires",
    "robustness",
    "secured",
    "sensitivity",
    "sensitivity_json",
    "shortest_route",
    "shortest_routes",
    "simultaneous",
    "simultaneous_margins",
    "solution_json",
    "solve",
    "solve_named",
    "stake_values",
    "state_table",
    "statement",
    "strong_and_weak",
    "verdicts_json",
    "weak",
    "weighted",
    "with_moves",
    "witnesses_json",
    "write_exchange",
    "write_gmcr",
    "write_graph",
    "write_table",
]
