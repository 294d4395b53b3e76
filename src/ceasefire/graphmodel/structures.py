"""Preference structures: how a party compares two states, beyond one complete ranking.

Every structure answers three questions about pairs of states, and the definitions of stability ask nothing else: would the party
leave one state for another, does a state deter it from leaving, and would it make a move as a reply to others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ceasefire.graphmodel.orders import PartialOrder
from ceasefire.graphmodel.reach import check_pairs

Bools = NDArray[np.bool_]
Places = NDArray[np.integer]


class PreferenceStructure(Protocol):
    """Comparisons of states (indices; arrays broadcast), party by party."""

    def leaves(self, party: int, start: Places, to: Places) -> Bools:
        """Say whether `party` would leave `start` if that led to `to`."""

    def deters(self, party: int, start: Places, reply: Places) -> Bools:
        """Say whether ending in `reply` deters `party` from leaving `start`."""

    def replies(self, party: int, start: Places, to: Places) -> Bools:
        """Say whether `party`, replying to others, would move from `start` to `to`."""


@dataclass(frozen=True, eq=False)
class Simple:
    """One complete ranking per party: better, worse or equal; equal deters.

    Parameters
    ----------
    preference : NDArray[np.int64], shape (n_parties, n_states)
    """

    preference: NDArray[np.int64]

    def leaves(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        own = self.preference[party]
        better: Bools = own[to] > own[start]
        return better

    def deters(self, party: int, start: Places, reply: Places) -> Bools:
        """See `PreferenceStructure`."""
        return ~self.leaves(party, start, reply)

    def replies(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        return self.leaves(party, start, to)


@dataclass(frozen=True, eq=False)
class Strength:
    r"""Preference in degrees: :math:`q >_i s` (degree 1), :math:`q \gg_i s` (degree 2), and so on [1]_ [2]_.

    A party leaves for anything better, in whatever degree. It is deterred by what is worse in at least `least` degrees; 0 is
    general stability, 2 is strong stability with the relations > and >>. A state is *weakly* stable where it is generally stable
    and not strongly: see `weak`.

    Parameters
    ----------
    degree : NDArray[np.integer], shape (n_parties, n_states, n_states)
        ``degree[i, q, s]``: by how many degrees i prefers q to s; negative where it prefers s; antisymmetric.
    least : int
        Degrees a sanction must cost.

    References
    ----------
    .. [1] Hamouda, Kilgour and Hipel (2004), Group Decision and Negotiation 13, 449-462.
    .. [2] Xu, Hipel and Kilgour (2009), Discrete Applied Mathematics 157(15), 3300-3313, multiple levels of preference.

    Examples
    --------
    >>> strong = Strength.from_steps([[0, 1, 5]], [1, 3], least=2)
    >>> strong.degree[0, 2], bool(strong.deters(0, np.array(2), np.array(0))), bool(strong.deters(0, np.array(1), np.array(0)))
    (array([2, 2, 0], dtype=int8), True, False)
    """

    degree: NDArray[np.signedinteger]
    least: int = 0

    @classmethod
    def from_steps(cls, preference: ArrayLike, steps: Sequence[int], least: int = 0) -> Strength:
        """Take degrees from differences: one degree for each of the ascending `steps` that a difference reaches.

        Raises
        ------
        LimitError
            For more than 4,096 states.
        """
        values = np.asarray(preference, dtype=np.int64)
        n = values.shape[1]
        check_pairs(n)
        degree = np.empty((len(values), n, n), dtype=np.min_scalar_type(-len(steps) - 1))
        for own, rows in zip(values, degree, strict=True):
            gap = own[:, None] - own
            rows[:] = np.sign(gap) * np.searchsorted(np.asarray(steps), np.abs(gap), side="right")
        return cls(degree, least)

    def leaves(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        better: Bools = self.degree[party][to, start] > 0
        return better

    def deters(self, party: int, start: Places, reply: Places) -> Bools:
        """See `PreferenceStructure`."""
        worse: Bools = self.degree[party][start, reply] >= self.least
        return worse

    def replies(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        return self.leaves(party, start, to)


@dataclass(frozen=True, eq=False)
class Unknown:
    """Comparisons of which some are not known, in four variants [1]_.

    ====== ============================ ==============================
    kind   leaves for                   is deterred by
    ====== ============================ ==============================
    ``a``  better or unknown            no better
    ``b``  better                       no better
    ``c``  better or unknown            no better, or unknown
    ``d``  better                       no better, or unknown
    ====== ============================ ==============================

    In every variant others reply with moves that are better for them or not known to them.

    Parameters
    ----------
    orders : sequence of PartialOrder
        What is known, per party.
    kind : {"a", "b", "c", "d"}

    References
    ----------
    .. [1] Li, Hipel, Kilgour and Fang (2004), IEEE Trans. SMC-A 34(4), 507-520.

    Examples
    --------
    >>> order = PartialOrder.of(3, better=[(0, 1)])
    >>> [bool(Unknown([order], kind).leaves(0, np.array(0), np.array(2))) for kind in "abcd"]
    [True, False, True, False]
    """

    orders: Sequence[PartialOrder]
    kind: Literal["a", "b", "c", "d"]

    def leaves(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        better: Bools = self.orders[party].strict[to, start]
        return better | self._unknown(party, start, to) if self.kind in "ac" else better

    def deters(self, party: int, start: Places, reply: Places) -> Bools:
        """See `PreferenceStructure`."""
        no_better: Bools = self.orders[party].weak[start, reply]
        return no_better | self._unknown(party, start, reply) if self.kind in "cd" else no_better

    def replies(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        better: Bools = self.orders[party].strict[to, start]
        return better | self._unknown(party, start, to)

    def _unknown(self, party: int, one: Places, other: Places) -> Bools:
        weak = self.orders[party].weak
        unknown: Bools = ~weak[one, other] & ~weak[other, one]
        return unknown


@dataclass(frozen=True, eq=False)
class Fuzzy:
    r"""Fuzzy preference with one satisficing threshold per party [1]_.

    With :math:`a_i(q, s) = r_i(q, s) - r_i(s, q)`, party i leaves s for q where :math:`a_i(q, s) \ge \gamma_i` and is deterred by
    :math:`s_2` where :math:`a_i(s_2, s) < \gamma_i`.

    Parameters
    ----------
    certainty : NDArray[np.float64], shape (n_parties, n_states, n_states)
        ``certainty[i, q, s]``: how certainly i prefers q to s, between 0 and 1, with r(q, s) + r(s, q) = 1.
    thresholds : sequence of float
        Above 0, at most 1.

    References
    ----------
    .. [1] Bashar, Kilgour and Hipel (2012), IEEE Trans. Fuzzy Systems 20(4), 760-770.

    Examples
    --------
    >>> fuzzy = Fuzzy(np.array([[[0.5, 0.2], [0.8, 0.5]]]), [0.6])
    >>> bool(fuzzy.leaves(0, np.array(0), np.array(1)))
    True
    """

    certainty: NDArray[np.float64]
    thresholds: Sequence[float]

    def __post_init__(self) -> None:
        """Refuse certainties that do not complement each other."""
        if not np.allclose(self.certainty + np.swapaxes(self.certainty, 1, 2), 1, atol=_TOLERANCE):
            raise ValueError("certainties r(q, s) and r(s, q) must add up to 1")

    def leaves(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        rows = self.certainty[party]
        relative: Bools = rows[to, start] - rows[start, to] >= self.thresholds[party] - _TOLERANCE
        return relative

    def deters(self, party: int, start: Places, reply: Places) -> Bools:
        """See `PreferenceStructure`."""
        return ~self.leaves(party, start, reply)

    def replies(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        return self.leaves(party, start, to)


@dataclass(frozen=True, eq=False)
class Probable:
    r"""Probabilities of preferring one state to another, with thresholds per party [1]_.

    Party i leaves s for q where :math:`P_i(q, s) > 1 - \alpha_i`, is deterred by :math:`s_2` where
    :math:`P_i(s_2, s) \le 1 - \beta_i`, and replies from s to q where :math:`P_i(q, s) > 1 - \gamma_i`.

    Parameters
    ----------
    chance : NDArray[np.float64], shape (n_parties, n_states, n_states)
        ``chance[i, q, s]``: probability that i prefers q to s; P(q, s) + P(s, q) is at most 1.
    alpha, beta, gamma : sequence of float

    References
    ----------
    .. [1] Rego and dos Santos (2015), IEEE Trans. SMC: Systems 45(4), doi 10.1109/TSMC.2014.2379626.

    Examples
    --------
    >>> probable = Probable(np.array([[[0, 0.3], [0.6, 0]]]), [0.5], [0.5], [0.3])
    >>> bool(probable.leaves(0, np.array(0), np.array(1))), bool(probable.replies(0, np.array(0), np.array(1)))
    (True, False)
    """

    chance: NDArray[np.float64]
    alpha: Sequence[float]
    beta: Sequence[float]
    gamma: Sequence[float]

    def leaves(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        return self._exceeds(party, to, start, 1 - self.alpha[party])

    def deters(self, party: int, start: Places, reply: Places) -> Bools:
        """See `PreferenceStructure`."""
        return ~self._exceeds(party, reply, start, 1 - self.beta[party])

    def replies(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        return self._exceeds(party, to, start, 1 - self.gamma[party])

    def _exceeds(self, party: int, upper: Places, lower: Places, bar: float) -> Bools:
        likely: Bools = self.chance[party][upper, lower] > bar + _TOLERANCE
        return likely


@dataclass(frozen=True, eq=False)
class Attitudes:
    """What each party wants for each, itself included: its good (1), nothing (0) or its harm (-1) [1]_.

    A party leaves only for states that suit all its attitudes: no worse for those whose good it wants, worse for those whose
    harm it wants. It is deterred by any state that fails one of them. Relational Nash, GMR, SMR and SEQ are the basic
    concepts over this.

    Parameters
    ----------
    preference : NDArray[np.int64], shape (n_parties, n_states)
    attitude : NDArray[np.integer], shape (n_parties, n_parties)
        ``attitude[i, j]``: of i towards j.

    References
    ----------
    .. [1] Inohara, Hipel and Walker (2007), Journal of Systems Science and Systems Engineering 16(2), 181-201.

    Examples
    --------
    >>> spite = Attitudes(np.array([[0, 0], [1, 0]]), np.array([[1, -1], [0, 1]]))
    >>> bool(spite.leaves(0, np.array(0), np.array(1)))
    True
    """

    preference: NDArray[np.int64]
    attitude: NDArray[np.int64]

    def leaves(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        suits = np.ones(np.broadcast(start, to).shape, dtype=np.bool_)
        for attitude, row in zip(self.attitude[party], self.preference, strict=True):
            if attitude > 0:
                suits &= row[to] >= row[start]
            elif attitude < 0:
                suits &= row[to] < row[start]
        return suits

    def deters(self, party: int, start: Places, reply: Places) -> Bools:
        """See `PreferenceStructure`."""
        return ~self.leaves(party, start, reply)

    def replies(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        return self.leaves(party, start, to)


@dataclass(frozen=True, eq=False)
class Together:
    """Groups that act as one party: they leave only for what is better for every member, and what is not deters them.

    Parameters
    ----------
    preference : NDArray[np.int64], shape (n_members, n_states)
    groups : sequence of tuple of int
        Per party of the merged model, the rows of `preference` that belong to it.
    """

    preference: NDArray[np.int64]
    groups: Sequence[tuple[int, ...]]

    def leaves(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        rows = self.preference[list(self.groups[party])]
        better: Bools = np.logical_and.reduce([row[to] > row[start] for row in rows])
        return better

    def deters(self, party: int, start: Places, reply: Places) -> Bools:
        """See `PreferenceStructure`."""
        return ~self.leaves(party, start, reply)

    def replies(self, party: int, start: Places, to: Places) -> Bools:
        """See `PreferenceStructure`."""
        return self.leaves(party, start, to)


_TOLERANCE = 1e-12
"""Two shares closer than this count as equal."""
