"""Conditions that can be used but look mistaken: levers that act where they should not, statements that tell no outcomes apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case, Lever
from ceasefire.case.shape import Given
from ceasefire.case.tree import Place
from ceasefire.conditions import Condition, mask
from ceasefire.errors import Problem

_MOST_OPTIONS = 16
"""With more options than that these looks are left out: they cover every outcome."""


Holds = Callable[[Condition], NDArray[np.bool_]]


def idle(case: Case, given: Given, places: Mapping[str, Place]) -> Iterator[Problem]:
    """Give the doubts about where levers act and statements hold, among the outcomes that can occur."""
    order = [option.key for option in case.options]
    if not order or len(order) > _MOST_OPTIONS:
        return
    states = np.arange(1 << len(order), dtype=np.int64)
    for ban in case.bans:
        states = states[~mask(ban.when.patterns(order), states)]

    def holds(condition: Condition) -> NDArray[np.bool_]:
        return mask(condition.patterns(order), states)

    wanted = holds(case.wanted.when) if case.wanted is not None else np.zeros(len(states), dtype=np.bool_)
    for lever in case.levers:
        yield from _lever(lever, holds(lever.when), wanted, places[lever.key])
    for code, (party, _) in given.get("parties", {}).items():
        for stake, place in party.get("stakes", []):
            yield from _stake(code, stake.get("when"), holds, place)


def _lever(lever: Lever, acts: NDArray[np.bool_], wanted: NDArray[np.bool_], place: Place) -> Iterator[Problem]:
    if not acts.any():
        yield place.problem("idle-condition", f"lever {lever.key!r} acts in no outcome that can occur", "correct its `when`")
    elif not wanted.any():
        return
    elif lever.type == "threat" and acts[wanted].all():
        message = f"threat {lever.key!r} is carried out in every wanted outcome"
        yield place.problem("odd-when", message, "`when` says where it hurts: name what it is to stop")
    elif lever.type == "promise" and not acts[wanted].any():
        message = f"promise {lever.key!r} is kept in no wanted outcome"
        yield place.problem("odd-when", message, "`when` says where it helps: name what it is to reward")


def _stake(code: str, when: Condition, holds: Holds, place: Place) -> Iterator[Problem]:
    here = holds(when)
    if here.all() or not here.any():
        where = "every outcome" if here.any() else "no outcome"
        message = f"stake of {code!r} in {when.text!r} holds in {where} that can occur and so weighs nothing"
        yield place.problem("idle-condition", message, "name what tells outcomes apart")
