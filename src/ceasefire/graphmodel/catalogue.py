"""Every stability concept by name, solved side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.coalitions import COALITION_CONCEPTS, Coalitions, coalition_concepts
from ceasefire.graphmodel.foresight import limited_margins, limited_move, non_myopic, non_myopic_margins
from ceasefire.graphmodel.margins import Margins
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.reach import MOST_COMPARED
from ceasefire.graphmodel.security import maximin, maximin_margins
from ceasefire.graphmodel.simultaneous import simultaneous, simultaneous_margins
from ceasefire.graphmodel.stability import ALL_CONCEPTS, Solution, solve

SECURITY_CONCEPTS = ("Maximin4", "Maximin5")
OFFERED = (*ALL_CONCEPTS, *SECURITY_CONCEPTS, "SIM", "L2", "L3", "NonMyopic", *COALITION_CONCEPTS)
"""Names that `solve_named` knows: what four and five moves make sure of, SIM by simultaneity, L2 and L3 limited moves in
rotation, NonMyopic, C... for coalitions."""


def applicable(model: GraphModel) -> tuple[str, ...]:
    """Give the concepts that are defined for a model and can be solved at its size.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> applicable(GraphModel.from_options(["A"], [Option("x", (0,))]))[-4:]
    ('CNash', 'CGMR', 'CSMR', 'CSEQ')
    """
    left_out = set() if model.arcs is None and model.vectors is None else {"SIM"}
    left_out |= set(COALITION_CONCEPTS) - set(coalition_concepts(model))
    if model.n_states > MOST_COMPARED:
        left_out |= {"L2", "L3", "NonMyopic", *COALITION_CONCEPTS}
    return tuple(name for name in OFFERED if name not in left_out)


def solve_named(model: GraphModel, names: Sequence[str]) -> Solution:
    """Solve any of the offered concepts.

    Under a coalition concept a state is stable for a party when no coalition that the party belongs to would leave it. With
    foresight it is stable however ties among anticipated states are broken.

    Parameters
    ----------
    names : sequence of str
        Of `OFFERED`; KeyError otherwise.

    Returns
    -------
    Solution
        Margins of foresight, simultaneity and coalitions put only the party's own comparisons with the state in question.

    Raises
    ------
    ValueError
        For SIM where moves are explicit.
    LimitError
        For foresight and coalitions in models of more than 4,096 states.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> dilemma = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> found = solve_named(dilemma, ["Nash", "CNash", "NonMyopic"])
    >>> {name: row.nonzero()[0].tolist() for name, row in found.equilibria.items()}
    {'Nash': [3], 'CNash': [], 'NonMyopic': [0, 3]}
    """
    basic = solve(model, tuple(name for name in names if name in ALL_CONCEPTS))
    rows = dict(basic.stable)
    together = tuple(name for name in names if name in COALITION_CONCEPTS)
    coalitions = Coalitions(model) if together else None
    if coalitions:
        verdicts = coalitions.judge(together)
        for name, by_coalition in verdicts.stable.items():
            parties = range(len(model.parties))
            rows[name] = np.stack(
                [np.logical_and.reduce([row for who, row in by_coalition.items() if party in who]) for party in parties]
            )
    for name in names:
        if name not in rows:
            rows[name] = _other(model, name)
    stable = {name: rows[name] for name in names}
    margins = Margins(names, lambda name: basic.margins[name] if name in basic.margins else _margins(model, name, coalitions))
    return Solution(stable, {name: np.all(row, axis=0) for name, row in stable.items()}, margins)


def _margins(model: GraphModel, name: str, coalitions: Coalitions | None) -> NDArray[np.int64]:
    if coalitions and name in COALITION_CONCEPTS:
        return coalitions.margins(name)
    match name:
        case "Maximin4" | "Maximin5":
            return maximin_margins(model, int(name[-1]))
        case "SIM":
            return simultaneous_margins(model)
        case "NonMyopic":
            return non_myopic_margins(model)
        case _:
            return limited_margins(model, int(name[1:]))


def _other(model: GraphModel, name: str) -> NDArray[np.bool_]:
    match name:
        case "Maximin4" | "Maximin5":
            return maximin(model, int(name[-1]))
        case "SIM":
            return simultaneous(model)
        case "L2" | "L3":
            return limited_move(model, int(name[1:])).surely
        case "NonMyopic":
            return non_myopic(model).surely
        case _:
            raise KeyError(name)
