"""How often packages work when the uncertain numbers are drawn: the same draws for every package, stopped when sure enough."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, log, sqrt

import numpy as np
from numpy.typing import NDArray

from ceasefire.intervals import wilson
from ceasefire.mediation.trials import AnyTrial, Bools, Shared, trial_of
from ceasefire.mediation.unknowns import Floats, UncertainProblem, Unknown

BLOCK = 1024
"""Draws that share one random stream and are made by one worker."""
_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Share:
    """In how many of `n` draws something holds, with the 95 % Wilson interval.

    Parameters
    ----------
    hits, n : int
    low, high : float
    """

    hits: int
    n: int
    low: float
    high: float

    @classmethod
    def of(cls, hits: int, n: int) -> Share:
        """Count, and give the interval; see `wilson`."""
        return cls(hits, n, *wilson(hits, n))

    @property
    def share(self) -> float:
        """Hits per draw."""
        return self.hits / self.n


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more often one package works than another, in the same draws.

    Only draws in which exactly one of the two works count for the error: `gained` where only the first does, `lost` where only
    the second does.
    """

    gained: int
    lost: int
    n: int

    @property
    def share(self) -> float:
        """Difference of the two shares."""
        return (self.gained - self.lost) / self.n

    @property
    def standard_error(self) -> float:
        """Standard error of `share`."""
        return sqrt(max(0.0, self.gained + self.lost - (self.gained - self.lost) ** 2 / self.n)) / self.n


@dataclass(frozen=True, eq=False)
class Sample:
    """Packages put to the same draws.

    Parameters
    ----------
    packages : tuple of frozenset of str
    works : NDArray[np.bool_], shape (n_packages, n_draws)
    values : NDArray[np.float64], shape (n_unknowns, n_draws)
        What was drawn, in the order of the unknowns.
    seed : int
    state : int or None
        Index of the wanted state that was tested; None: any of them (each, where the problem says so).
    stopped_early : bool
        Whether every interval was narrow enough before all draws were made. Stopping by looking at the interval makes its
        coverage approximate; see docs/theory/robustness.md.
    """

    packages: tuple[frozenset[str], ...]
    works: Bools
    values: Floats
    seed: int
    state: int | None
    stopped_early: bool

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.works.shape[1])

    @cached_property
    def reliability(self) -> dict[frozenset[str], Share]:
        """Per package the share of draws in which it works."""
        hits = self.works.sum(axis=1)
        return {package: Share.of(int(h), self.draws) for package, h in zip(self.packages, hits, strict=True)}

    def difference(self, first: frozenset[str], second: frozenset[str]) -> Difference:
        """Compare two packages draw by draw."""
        one, other = (self.works[self.packages.index(package)] for package in (first, second))
        return Difference(int((one & ~other).sum()), int((other & ~one).sum()), self.draws)


def sample(
    uncertain: UncertainProblem,
    packages: Sequence[frozenset[str]],
    *,
    draws: int = 1000,
    seed: int = 7,
    executor: Executor | None = None,
    state: int | None = None,
    half_width: float | None = None,
) -> Sample:
    """Draw the unknowns and count in how many draws each package works.

    Every package sees the same draws. One stream per unknown is turned into values by the inverse distribution function. Draws
    come in blocks of 1024, each with its own child of the seed, so that neither the number of workers nor their order changes
    anything.

    Parameters
    ----------
    uncertain : UncertainProblem
    packages : sequence of frozenset of str
    draws : int
        At most this many.
    seed : int
    executor : concurrent.futures.Executor, optional
        Any: a process pool, or one that stands for a cluster. None: this process.
    state : int, optional
        Index of the only wanted state to test. Default: the package works where it makes any wanted state stable (all of
        them for mode ``each``).
    half_width : float, optional
        Stop after the first block at which no interval reaches further than this to either side.

    Raises
    ------
    ValueError
        For no draws.
    LimitError
        Where the numbers have too many digits to add up exactly.

    Examples
    --------
    A party gains between 1 and 5 by attacking, anything in between equally likely; a threat of 4 is enough in 3 cases of 4.

    >>> from ceasefire.testing import a_doubtful_attack
    >>> found = sample(a_doubtful_attack(), [frozenset({"ban"})], draws=4000)
    >>> share = found.reliability[frozenset({"ban"})]
    >>> share.low < 0.75 < share.high
    True
    """
    if draws < 1:
        raise ValueError(f"{draws} draws; at least 1 is needed")
    trials = tuple(trial_of(uncertain, package) for package in packages)
    blocks = -(-draws // BLOCK)
    children = np.random.SeedSequence(seed).spawn(blocks)
    sizes = [min(BLOCK, draws - k * BLOCK) for k in range(blocks)]
    found: list[tuple[Floats, Bools]] = []
    stopped = False
    jobs = [(uncertain.unknowns, uncertain.grain, trials, state, child, size) for child, size in zip(children, sizes, strict=True)]
    for one in _in_order(jobs, executor):
        found.append(one)
        if half_width is not None and len(found) < blocks and _is_narrow([works for _, works in found], half_width):
            stopped = True
            break
    works = np.concatenate([works for _, works in found], axis=1)
    return Sample(tuple(packages), works, np.concatenate([v for v, _ in found], axis=1), seed, state, stopped)


def draw(unknowns: Sequence[Unknown], grain: Fraction, stream: np.random.SeedSequence, size: int) -> Floats:
    """Draw a block: shape (n_unknowns, size); a shorter block is the beginning of a longer one."""
    shares = np.random.default_rng(stream).random((len(unknowns), BLOCK))[:, :size]
    values = np.empty((len(unknowns), size))
    steps = float(1 / grain)
    for row, (unknown, share) in enumerate(zip(unknowns, shares, strict=True)):
        drawn = unknown.spread.quantile(share)
        values[row] = drawn if unknown.spread.kind == "discrete" else np.rint(drawn * steps) / steps
    return values


def draws_needed(levers: int, failure: float, doubt: float) -> int:
    """Say how many scenarios a package must satisfy so that it holds up elsewhere.

    A package of at most `levers` yes-or-no levers that works in all of so many draws fails in more than the share `failure` of
    all cases with a probability of at most `doubt`, however it was chosen [1]_.

    References
    ----------
    .. [1] Finite-class bound: N >= (L ln 2 + ln(1 / doubt)) / failure; Campi and Garatti (2008), SIAM J. Optim. 19, 1211-1230,
       for the wider theory.

    Examples
    --------
    >>> draws_needed(20, 0.1, 0.01)
    185
    """
    return ceil((levers * log(2) + log(1 / doubt)) / failure)


_Job = tuple[Sequence[Unknown], Fraction, tuple[AnyTrial, ...], int | None, np.random.SeedSequence, int]


def _block(job: _Job) -> tuple[Floats, NDArray[np.bool_]]:
    unknowns, grain, trials, state, stream, size = job
    values = draw(unknowns, grain, stream, size)
    shared: Shared = {}
    rows = [trial.works(values, shared) if state is None else trial.works_at((state,), values, shared) for trial in trials]
    return values, np.array(rows, dtype=np.bool_).reshape(len(rows), size)


def _in_order(jobs: Sequence[_Job], executor: Executor | None) -> Iterator[tuple[Floats, Bools]]:
    """Give the results in the order of the blocks, computed a few blocks ahead where there are workers."""
    if executor is None:
        yield from map(_block, jobs)
        return
    waiting: deque[Future[tuple[Floats, Bools]]] = deque()
    rest = iter(jobs)
    try:
        for job in rest:
            waiting.append(executor.submit(_block, job))
            if len(waiting) >= _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _is_narrow(found: Sequence[Bools], half_width: float) -> bool:
    hits = sum(works.sum(axis=1) for works in found)
    n = sum(works.shape[1] for works in found)
    ends = [wilson(int(h), n) for h in hits]
    return all(max(h / n - low, high - h / n) <= half_width for h, (low, high) in zip(hits, ends, strict=True))
