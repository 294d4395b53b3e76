"""A conflict as a graph: options and preferences come in, stable states, witnesses and paths go out.

Knows nothing of wars: parties are names, states are bits over options, preferences exact integers. Refuses models too large to
hold, with the measured size, and files that do not follow their format, with the place.
"""

from ceasefire.graphmodel.counting import Count, count_rankings
from ceasefire.graphmodel.evolution import Evolution, evolution, first_movers, needed_movers
from ceasefire.graphmodel.exchange import read_exchange, read_gmcr, solution_json
from ceasefire.graphmodel.inverse import Change, Goal, least_changes, ranks_apart
from ceasefire.graphmodel.model import Arcs, GraphModel, Option
from ceasefire.graphmodel.moves import Deviation, Paths, Step, deviations, joint_moves, paths
from ceasefire.graphmodel.orders import Comparison, PartialOrder
from ceasefire.graphmodel.partial import Bounds, Question, bounds, questions
from ceasefire.graphmodel.preference import prioritised, ranking, stake_values
from ceasefire.graphmodel.redesign import Add, Correct, Measure, OneWay, Redesign, Remove, least_redesigns, redesigned
from ceasefire.graphmodel.routes import Derailment, Trust, derailments, least_trust, shortest_routes
from ceasefire.graphmodel.stability import CONCEPTS, Solution, guarded, solve

__all__ = [
    "CONCEPTS",
    "Add",
    "Arcs",
    "Bounds",
    "Change",
    "Comparison",
    "Correct",
    "Count",
    "Derailment",
    "Deviation",
    "Evolution",
    "Goal",
    "GraphModel",
    "Measure",
    "OneWay",
    "Option",
    "PartialOrder",
    "Paths",
    "Question",
    "Redesign",
    "Remove",
    "Solution",
    "Step",
    "Trust",
    "bounds",
    "count_rankings",
    "derailments",
    "deviations",
    "evolution",
    "first_movers",
    "guarded",
    "joint_moves",
    "least_changes",
    "least_redesigns",
    "least_trust",
    "needed_movers",
    "paths",
    "prioritised",
    "questions",
    "ranking",
    "ranks_apart",
    "read_exchange",
    "read_gmcr",
    "redesigned",
    "shortest_routes",
    "solution_json",
    "solve",
    "stake_values",
]
