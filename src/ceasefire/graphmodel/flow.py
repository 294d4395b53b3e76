"""How much can flow from one node to another, and what is still reached when no more can."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

SMALL = 1e-6

Node = TypeVar("Node", bound=Hashable)


def reached_at_most(
    source: Node, sink: Node, arcs: Callable[[Node], Iterable[tuple[Node, float]]], enough: float
) -> set[Node] | None:
    """Send flow until `enough` arrives; where less can, give the source's side of a least cut.

    Parameters
    ----------
    arcs : callable
        Where arcs lead from a node, with how much each carries; asked once per node, when the node is first reached.
    enough : float

    Returns
    -------
    set of nodes or None
        None if as much as `enough` can flow.

    Notes
    -----
    Shortest augmenting paths (Edmonds and Karp 1972, Journal of the ACM 19(2), 248-264).

    Examples
    --------
    >>> ways = {"a": [("b", 1.0), ("c", 0.25)], "b": [("d", 0.5)], "c": [("d", 1.0)], "d": []}
    >>> sorted(reached_at_most("a", "d", ways.__getitem__, 1.0))
    ['a', 'b']
    >>> reached_at_most("a", "d", ways.__getitem__, 0.75) is None
    True
    """
    left: defaultdict[Node, dict[Node, float]] = defaultdict(dict)
    opened: set[Node] = set()
    sent = 0.0
    while sent < enough - SMALL:
        came: dict[Node, Node] = {source: source}
        waiting = deque([source])
        while waiting and sink not in came:
            here = waiting.popleft()
            if here not in opened:
                opened.add(here)
                for to, most in arcs(here):
                    left[here][to] = left[here].get(to, 0.0) + most
            for to, rest in left[here].items():
                if rest > SMALL and to not in came:
                    came[to] = here
                    waiting.append(to)
        if sink not in came:
            return set(came)
        steps = []
        at = sink
        while at != source:
            steps.append((came[at], at))
            at = came[at]
        amount = min(left[start][to] for start, to in steps)
        for start, to in steps:
            left[start][to] -= amount
            left[to][start] = left[to].get(start, 0.0) + amount
        sent += amount
    return None
