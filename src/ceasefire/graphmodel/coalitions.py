"""Stability against coalitions that move together, by the literature's definitions; and groups merged into one party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.judging import Objection
from ceasefire.graphmodel.margins import NO_REPLY
from ceasefire.graphmodel.model import Arcs, GraphModel, Option
from ceasefire.graphmodel.moves import Step, first_route
from ceasefire.graphmodel.ranking import Levels, Ranking
from ceasefire.graphmodel.reach import Bits, check_pairs, reachable, unpacked
from ceasefire.graphmodel.structures import Together

Bools = NDArray[np.bool_]
Coalition = tuple[int, ...]

COALITION_CONCEPTS = ("CNash", "CGMR", "CSMR", "CSEQ")

_MOST_WITH_MARGINS = 512
_MOST_BYTES = 1_500_000_000
_MOST_PASSED_OVER = 10_000_000_000


@dataclass(frozen=True, eq=False)
class CoalitionVerdicts:
    """Which states withstand which coalitions.

    Parameters
    ----------
    stable : dict of str to dict of tuple of int to NDArray[np.bool_], shape (n_states,)
        Per concept and coalition.
    """

    stable: dict[str, dict[Coalition, Bools]]

    @property
    def equilibria(self) -> dict[str, Bools]:
        """States that withstand every coalition, single parties included, per concept."""
        return {concept: np.logical_and.reduce(list(rows.values())) for concept, rows in self.stable.items()}

    def spoilers(self, concept: str, state: int) -> tuple[Coalition, ...]:
        """Name the coalitions that would leave `state`, smallest first."""
        return tuple(coalition for coalition, row in self.stable[concept].items() if not row[state])


class Coalitions:
    r"""All coalitions of a model and what they can do.

    Coalition H improves on s by going to :math:`s_1 \in R_H(s)` that every member prefers; states on the way may be worse. It is
    deterred by nothing (CNash); by a state :math:`s_2 \in R_{N-H}(s_1)` that some member finds no better than s (CGMR); if moreover
    from :math:`s_2` the members reach nothing better for all of them than s (CSMR); or as CGMR where the others get to
    :math:`s_2` by sequences of improvements of coalitions among them, none acting twice running (CSEQ) [1]_ [2]_.

    References
    ----------
    .. [1] Kilgour, Hipel, Fang and Peng (2001), Group Decision and Negotiation 10, coalition analysis.
    .. [2] Inohara and Hipel (2008), Systems Engineering 11(4), coalition analysis in the graph model.

    Examples
    --------
    Two parties that would both gain by giving up their option, which neither gives up alone.

    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> dilemma = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> coalitions = Coalitions(dilemma)
    >>> coalitions.judge(["CNash"]).spoilers("CNash", 3)
    ((0, 1),)
    >>> coalitions.objections((0, 1), 3, "CNash")[0].route
    (Step(party=0, start=3, to=2), Step(party=1, start=2, to=0))
    """

    def __init__(self, model: GraphModel) -> None:
        check_pairs(model.n_states)
        _check_size(model, COALITION_CONCEPTS[0])
        self._model = model
        self._parties = tuple(range(len(model.parties)))
        self._rankings = [Ranking(row) for row in model.preference]
        self._reach: dict[Coalition, Bits] = {(): np.zeros((model.n_states, -(-model.n_states // 8)), dtype=np.uint8)}
        self._arcs: dict[Coalition, Arcs] = {}
        self._distinct: dict[Coalition, tuple[Bits, NDArray[np.int64]]] = {}
        self._least: dict[tuple[Coalition, int, bool], Levels] = {}

    @cached_property
    def all(self) -> tuple[Coalition, ...]:
        """Every coalition, smallest first."""
        return tuple(_within(self._parties))

    def judge(self, concepts: Sequence[str] = COALITION_CONCEPTS) -> CoalitionVerdicts:
        """Find which states withstand which coalitions; KeyError for an unknown concept.

        Raises
        ------
        LimitError
            For more than 4,096 states, or so many parties that their coalitions would fill 1.5 GB or, under CSEQ, take minutes.
        """
        for concept in concepts:
            if concept not in COALITION_CONCEPTS:
                raise KeyError(concept)
            _check_size(self._model, concept)
        return CoalitionVerdicts({concept: {who: self._withstands(who, concept) for who in self.all} for concept in concepts})

    def objections(self, who: Coalition, state: int, concept: str) -> tuple[Objection, ...]:
        """List the improvements of a coalition from `state`, how it gets there, and the replies that deter, if any."""
        found = []
        for to in self._improvements(who, state):
            route = first_route(self._model, who, state, None, _marked(self._model.n_states, int(to)))
            found.append(Objection(who, state, int(to), route or (), self._sanction(who, state, int(to), concept)))
        return tuple(found)

    def margin(self, who: Coalition, member: int, state: int, concept: str) -> int:
        """Give how much better or worse a member could find `state` before the coalition leaves, or no longer leaves.

        Only the member's own comparisons with `state` are put in question: stakes of different parties have no common measure.
        Under CSMR what the coalition could do after a sanction is compared with `state` as it is.

        Returns
        -------
        int
            In steps of the preference array; negative where the coalition would leave; the largest int64 where the member alone
            cannot make it leave.
        """
        if concept != "CSMR":
            return int(self._margins(who, member, concept)[state])
        rest = tuple(p for p in who if p != member)
        own, n = self._model.preference[member], self._model.n_states
        ends = np.flatnonzero(unpacked(self.reach(who)[state], n) & self._better(rest, state))
        replies = unpacked(self.reach(self._others(who))[ends], n)
        replies &= ~self._escapes(who, self._better(who, state))
        deterred = (replies & ~self._better(rest, state)).any(axis=1)
        values = np.minimum(own[ends], np.where(replies, own, NO_REPLY).min(axis=1))[~deterred]
        return int(own[state] - values.max()) if len(values) else NO_REPLY

    def margins(self, concept: str) -> NDArray[np.int64]:
        """Give per party the least margin over all coalitions that it belongs to.

        Returns
        -------
        NDArray[np.int64], shape (n_parties, n_states)
            As `margin`; not negative exactly where no such coalition would leave.

        Raises
        ------
        LimitError
            Under CSMR, for more than 512 states.

        Examples
        --------
        Either prisoner would have to mind the way out one step more before the two do not take it together.

        >>> options = [Option("x", (0,)), Option("y", (1,))]
        >>> dilemma = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 0, 1], [2, 0, 3, 1]])
        >>> Coalitions(dilemma).margins("CNash")[:, 3]
        array([-1, -1])
        """
        n = self._model.n_states
        if concept == "CSMR" and n > _MOST_WITH_MARGINS:
            raise LimitError(
                f"{n:,} states; CSMR margins are found for at most {_MOST_WITH_MARGINS:,}\n"
                "  hint: verdicts need no margins; `margin` gives those of one state"
            )
        rows = np.full((len(self._parties), n), NO_REPLY)
        for who in self.all:
            for k in who:
                np.minimum(rows[k], self._margins(who, k, concept), out=rows[k])
        return rows

    def reach(self, who: Coalition) -> Bits:
        """Mark where the members get by legal sequences of their moves, one row of bits per state."""
        if who not in self._reach:
            self._reach[who] = reachable({p: self._model.arcs_of(p) for p in who}, self._model.n_states)
        return self._reach[who]

    def _better(self, who: Coalition, state: int) -> Bools:
        """Mark what every member prefers to `state`."""
        rows = self._model.preference[list(who)]
        better: Bools = np.logical_and.reduce(rows > rows[:, [state]], axis=0)
        return better

    def _margins(self, who: Coalition, member: int, concept: str) -> NDArray[np.int64]:
        """Give the `margin` in every state."""
        n, ranking = self._model.n_states, self._rankings[member]
        if concept == "CSMR":
            return np.array([self.margin(who, member, state, concept) for state in range(n)], dtype=np.int64)
        rest = tuple(p for p in who if p != member)
        rows, level = self._undeterred(who, rest, concept), ranking.of
        if concept != "CNash":
            level = np.minimum(level, self._worst(self._others(who), member, credible=concept == "CSEQ").of)
        best = Levels(level, ranking.n).most(rows)
        found: NDArray[np.int64] = np.where(best < 0, NO_REPLY, ranking.values[ranking.of] - ranking.values[best])
        return found

    def _improving(self, who: Coalition, wanting: Coalition) -> Bits:
        """Mark, per state, what some members get to that every party in `wanting` prefers."""
        rows = self.reach(who).copy()
        for p in wanting:
            rows &= self._rankings[p].above(self._rankings[p].of)
        return rows

    def _undeterred(self, who: Coalition, wanting: Coalition, concept: str) -> Bits:
        """Mark, per state, what is better for all in `wanting`, as is then all that replies lead to; CSMR counts as CGMR."""
        rows = self._improving(who, wanting)
        for p in wanting if concept != "CNash" else ():
            rows &= self._worst(self._others(who), p, credible=concept == "CSEQ").above(self._rankings[p].of)
        return rows

    def _worst(self, others: Coalition, party: int, *, credible: bool) -> Levels:
        """Give the least level for a party that replies of `others` lead to; its number of levels where they have none."""
        if (others, party, credible) not in self._least:
            rows = self._credible(others) if credible else self.reach(others)
            for p in self._others(others):
                ranking = self._rankings[p]
                self._least[others, p, credible] = Levels(ranking.least(rows), ranking.n)
        return self._least[others, party, credible]

    def _improvements(self, who: Coalition, state: int) -> NDArray[np.int64]:
        return np.flatnonzero(unpacked(self.reach(who)[state], self._model.n_states) & self._better(who, state))

    def _withstands(self, who: Coalition, concept: str) -> Bools:
        """Mark the states that a coalition would not leave."""
        stable = np.logical_not(self._undeterred(who, who, concept).any(axis=1))
        if concept == "CSMR":
            improving = self._improving(who, who)
            replies, reply = _distinct(self.reach(self._others(who)))
            for state in np.flatnonzero(stable & improving.any(axis=1)).tolist():
                punishing = np.packbits(self._punishing(who, state, concept))
                mine = np.unique(reply[np.flatnonzero(unpacked(improving[state], self._model.n_states))])
                stable[state] = bool((replies[mine] & punishing).any(axis=1).all())
        return stable

    def _punishing(self, who: Coalition, state: int, concept: str) -> Bools:
        better = self._better(who, state)
        found = ~better
        if concept == "CSMR":
            found &= ~self._escapes(who, better)
        return found

    def _escapes(self, who: Coalition, better: Bools) -> Bools:
        """Mark from where the members reach something better."""
        if who not in self._distinct:
            self._distinct = {who: _distinct(self.reach(who))}
        rows, row = self._distinct[who]
        escapes: Bools = np.any(rows & np.packbits(better), axis=1)
        return escapes[row]

    def _others(self, who: Coalition) -> Coalition:
        return tuple(p for p in self._parties if p not in who)

    def _credible(self, others: Coalition) -> Bits:
        """Mark where sequences of improvements of coalitions among `others` lead."""
        return reachable(dict(enumerate(self._joint(who) for who in _within(others))), self._model.n_states)

    def _joint(self, who: Coalition) -> Arcs:
        """Give the improvements of a coalition as arcs."""
        if who not in self._arcs:
            n = self._model.n_states
            start, to = np.divmod(np.flatnonzero(unpacked(self._improving(who, who), n)), n)
            self._arcs[who] = Arcs(np.searchsorted(start, np.arange(n + 1)), to.astype(np.int32))
        return self._arcs[who]

    def _sanction(self, who: Coalition, state: int, to: int, concept: str) -> tuple[Step, ...] | None:
        others = self._others(who)
        if concept == "CNash" or not others:
            return None
        punishing = self._punishing(who, state, concept)
        if concept != "CSEQ":
            return first_route(self._model, others, to, None, punishing)
        among = tuple(_within(others))
        arcs = tuple(self._joint(one) for one in among)
        joint = replace(self._model, parties=tuple(map(str, among)), arcs=arcs, _moves={})
        route = first_route(joint, range(len(among)), to, None, punishing)
        return None if route is None else tuple(step for leap in route for step in self._single(among[leap.party], leap))

    def _single(self, who: Coalition, leap: Step) -> tuple[Step, ...]:
        """Give the members' moves behind one joint move."""
        return first_route(self._model, who, leap.start, None, _marked(self._model.n_states, leap.to)) or ()


def coalition_concepts(model: GraphModel) -> tuple[str, ...]:
    """Give the coalition concepts that can be solved at the size of a model.

    Examples
    --------
    >>> alone = GraphModel.from_options(["A"], [Option("x", (0,))])
    >>> coalition_concepts(alone)
    ('CNash', 'CGMR', 'CSMR', 'CSEQ')
    """
    return tuple(concept for concept in COALITION_CONCEPTS if _size(model, concept)[0] <= _size(model, concept)[1])


def _size(model: GraphModel, concept: str) -> tuple[int, int]:
    """Give the bytes that coalitions keep, or under CSEQ pass over since all among the others answer; and how many are allowed."""
    rows, parties = model.n_states**2 // 8, len(model.parties)
    return (rows * 3**parties, _MOST_PASSED_OVER) if concept == "CSEQ" else (rows * 2**parties, _MOST_BYTES)


def _check_size(model: GraphModel, concept: str) -> None:
    size, most = _size(model, concept)
    if size > most:
        n = 2 ** len(model.parties) - 1
        raise LimitError(
            f"{n:,} coalitions of {len(model.parties)} parties over {model.n_states:,} states make {size / 1e9:,.1f} GB of tables "
            f"under {concept}; at most {most / 1e9:,.1f} GB are gone through\n"
            "  hint: let parties that act together be one, rule out states that cannot occur, or ask for SEQ"
        )


def merged(model: GraphModel, groups: Sequence[Sequence[int]]) -> tuple[GraphModel, Together]:
    """Let groups of parties act as one, as some tools mean "coalition"; for `judge`.

    A group changes any options of its members in one move and wants what every member prefers. This is not the coalition of the
    literature, which others may answer and which only some threaten to form: see `Coalitions`.

    Parameters
    ----------
    groups : sequence of sequences of int
        Every party in exactly one.

    Raises
    ------
    ValueError
        If a party is missing or listed twice, or the moves are explicit.

    Examples
    --------
    >>> from ceasefire.graphmodel import judge
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))], preference=[[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> one, together = merged(model, [[0, 1]])
    >>> one.parties, judge(one, together, ["Nash"]).equilibria["Nash"]
    (('A + B',), array([ True,  True,  True, False]))
    """
    if sorted(p for group in groups for p in group) != list(range(len(model.parties))):
        raise ValueError(f"groups {groups!r} do not hold each of the {len(model.parties)} parties once")
    if model.arcs is not None:
        raise ValueError("moves are explicit; parties can be merged where options imply the moves")
    group_of = {p: k for k, group in enumerate(groups) for p in group}
    options = tuple(Option(o.name, tuple(sorted({group_of[p] for p in o.owners})), o.direction) for o in model.options)
    names = tuple(" + ".join(model.parties[p] for p in group) for group in groups)
    nothing = np.zeros((len(groups), model.n_states), dtype=np.int64)
    bare = replace(model, parties=names, options=options, preference=nothing, cardinal=False, _moves={})
    return bare, Together(model.preference, tuple(tuple(group) for group in groups))


def _within(parties: Coalition) -> list[Coalition]:
    return [who for size in range(1, len(parties) + 1) for who in combinations(parties, size)]


def _distinct(rows: Bits) -> tuple[Bits, NDArray[np.int64]]:
    """Give the different rows, and which of them stands at each place."""
    seen: dict[bytes, int] = {}
    place = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in rows], dtype=np.int64)
    return np.frombuffer(b"".join(seen), dtype=np.uint8).reshape(len(seen), rows.shape[1]), place


def _marked(n_states: int, state: int) -> Bools:
    found = np.zeros(n_states, dtype=np.bool_)
    found[state] = True
    return found
