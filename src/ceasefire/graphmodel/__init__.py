"""A conflict as a graph: options and preferences come in, stable states, witnesses and paths go out.

Knows nothing of wars: parties are names, states are bits over options, preferences exact integers. Refuses models too large to
hold, with the measured size, and files that do not follow their format, with the place.
"""

from ceasefire.graphmodel.exchange import read_exchange, read_gmcr, solution_json
from ceasefire.graphmodel.inverse import Change, Goal, least_changes, ranks_apart
from ceasefire.graphmodel.model import Arcs, GraphModel, Option
from ceasefire.graphmodel.moves import Deviation, Paths, Step, deviations, joint_moves, paths
from ceasefire.graphmodel.orders import Comparison, PartialOrder
from ceasefire.graphmodel.preference import prioritised, ranking, stake_values
from ceasefire.graphmodel.stability import CONCEPTS, Solution, guarded, solve

__all__ = [
    "CONCEPTS",
    "Arcs",
    "Change",
    "Comparison",
    "Deviation",
    "Goal",
    "GraphModel",
    "Option",
    "PartialOrder",
    "Paths",
    "Solution",
    "Step",
    "deviations",
    "guarded",
    "joint_moves",
    "least_changes",
    "paths",
    "prioritised",
    "ranking",
    "ranks_apart",
    "read_exchange",
    "read_gmcr",
    "solution_json",
    "solve",
    "stake_values",
]
