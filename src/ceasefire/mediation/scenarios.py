"""The cheapest package that works in enough scenarios, by a MILP over scenarios; exact."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np

from ceasefire.errors import LimitError
from ceasefire.graphmodel.highs import new_highs
from ceasefire.mediation.bill import bits
from ceasefire.mediation.clauses import Clause, Term
from ceasefire.mediation.demands import Group, Weights, nash_groups, nash_rows
from ceasefire.mediation.outlook import Costs, Plan
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.pricing import Room
from ceasefire.mediation.problem import Credibility
from ceasefire.mediation.target import Target
from ceasefire.mediation.trials import trial_of
from ceasefire.mediation.uneven import Uneven
from ceasefire.mediation.unknowns import Floats, UncertainProblem

MOST_CLAIMS = 200_000
_EXACT = 1 << 40


class Scenarios:
    """Packages against weighted scenarios of an uncertain problem.

    Every scenario and target has a claim: "this package works here". Demands of a scenario must hold where its claim is made.
    Under Nash they are written down at once (and where effects of levers are uncertain, so that no two scenarios weigh levers
    alike, the cheapest package is searched without the MILP); under other concepts a package is proposed, put to all
    scenarios, and what refutes a false claim is added, until every claim holds.

    Parameters
    ----------
    uncertain : UncertainProblem
    values : NDArray[np.float64], shape (n_unknowns, n_scenarios)
    weights : sequence of int
        Of the scenarios; probabilities times their common denominator.
    credibility : {"ignore", "filter", "price", "joint"}, optional
    state : int, optional
        Index of the only wanted state that counts.
    rounds : int, optional
        So many times at most a package is proposed and refuted.

    Raises
    ------
    LimitError
        For more than 200,000 claims; by a search that takes more rounds.
    """

    def __init__(
        self,
        uncertain: UncertainProblem,
        values: Floats,
        weights: Sequence[int],
        *,
        credibility: Credibility | None = None,
        state: int | None = None,
        rounds: int | None = None,
    ) -> None:
        problem = uncertain.problem
        self.uncertain, self.values, self.weights, self.state = uncertain, values, list(weights), state
        self.rounds = rounds
        self.total = sum(self.weights)
        self.targets = trial_of(uncertain, frozenset()).targets() if state is None else [(state,)]
        if len(self.targets) * values.shape[1] > MOST_CLAIMS:
            size = f"{values.shape[1]:,} scenarios of {len(self.targets)} wanted states"
            raise LimitError(f"{size} are too many for one MILP\n  hint: choose one wanted state, or fewer scenarios")
        self.costs = Costs(problem, self.targets, credibility or problem.credibility)
        self._uneven = self._search()
        self._rooms: dict[int, Room] = {}
        self._tests: dict[tuple[int, int], Target] = {}

    @cached_property
    def _model(self) -> _Model:
        return _Model(self)

    def cheapest(self, level: Fraction) -> Plan | None:
        """Find a cheapest package that works with at least this probability; of those the most reliable one."""
        least = -(-level * self.total // 1)
        if self._uneven is not None and least > 0:
            searched = self._uneven.cheapest(int(-(-level * len(self.weights) // 1)))
            return None if searched is None else self._plan((searched[0], searched[1] * self.weights[0], searched[2]))
        found = self._settle(price=1, gain=0, least=int(least), most=None)
        if found is None:
            return None
        better = self._settle(price=0, gain=1, least=int(least), most=found[0])
        return self._plan(better or found)

    def best(self, worth: Fraction, only: Sequence[int] | None = None) -> Plan:
        """Find a package with the largest worth times reliability minus cost.

        Parameters
        ----------
        worth : Fraction
        only : sequence of int, optional
            Numbers of the scenarios that can still come true; reliability is then among these.
        """
        kept = set(range(len(self.weights)) if only is None else only)
        total = sum(self.weights[k] for k in kept)
        scale = lcm(self.costs.scale, worth.denominator)
        price, gain = scale // self.costs.scale * total, int(worth * scale)
        found = self._settle(price=price, gain=gain, least=0, most=None, only=kept)
        plan = Plan(frozenset(), Fraction(0), Fraction(0))
        if found is not None:
            spent, hits, package = found
            plan = Plan(self.uncertain.problem.keys(package), Fraction(spent, self.costs.scale), Fraction(hits, total))
        return plan if worth * plan.reliability > plan.cost else Plan(frozenset(), Fraction(0), self._idle(kept, total))

    def frontier(self) -> tuple[Plan, ...]:
        """Find every cost at which reliability rises, and a package for each."""
        plans: list[Plan] = []
        level = Fraction(0)
        while level <= 1:
            plan = self.cheapest(level)
            if plan is None:
                break
            plans.append(plan)
            level = plan.reliability + Fraction(1, self.total)
        return tuple(plans)

    def _idle(self, kept: set[int], total: int) -> Fraction:
        works = np.any(self._works(0), axis=0).tolist()
        return Fraction(sum(self.weights[k] for k in kept if works[k]), total)

    def _plan(self, found: tuple[int, int, int]) -> Plan:
        spent, hits, package = found
        return Plan(self.uncertain.problem.keys(package), Fraction(spent, self.costs.scale), Fraction(hits, self.total))

    @property
    def is_static(self) -> bool:
        """Whether demands can be written down at once."""
        problem = self.uncertain.problem
        asks_more = problem.wanted.reach != "none" or problem.wanted.unique
        return problem.concept == "nash" and not problem.belief_curve and not asks_more

    def _search(self) -> Uneven | None:
        """Prepare the search that does not need scenarios to merge: for a single target and equal weights of scenarios."""
        problem = self.uncertain.problem
        if not self.is_static or len(self.targets) > 1 or len(set(self.weights)) > 1:
            return None
        rows = [row for state in self.targets[0] for row in nash_rows(self.uncertain, state, self.values, problem.in_time)]
        differ = any((weights != weights[:, :1]).any() for weights, _ in rows)
        return Uneven(rows, self.costs.prices[0], problem.conflicts) if differ else None

    @cached_property
    def groups(self) -> list[Group]:
        """Scenarios that ask the same of every package."""
        if self.is_static:
            return nash_groups(self.uncertain, self.targets, self.values, self.uncertain.problem.in_time)
        ways = tuple(None if self._is_cut_off(states) else () for states in self.targets)
        moving = [k for k, unknown in enumerate(self.uncertain.unknowns) if unknown.moves_stakes]
        merged: dict[bytes, list[int]] = {}
        for k in range(self.values.shape[1]):
            merged.setdefault(np.ascontiguousarray(self.values[moving, k]).tobytes(), []).append(k)
        return [Group(tuple(members), ways) for members in merged.values()]

    def _is_cut_off(self, states: tuple[int, ...]) -> bool:
        """Say whether no sequence of moves leads to any of the states, where the problem asks for one."""
        problem = self.uncertain.problem
        oracle = room_of(problem).oracle
        reached = oracle.joint(tuple(oracle.arena.parties), problem.start)
        return problem.wanted.reach == "um" and not bool(reached[list(states)].any())

    def _settle(
        self, *, price: int, gain: int, least: int, most: int | None, only: set[int] | None = None
    ) -> tuple[int, int, int] | None:
        """Solve and refute false claims until none is left; gives cost, weight of the scenarios that work, package."""
        while True:
            found = self._model.solve(price=price, gain=gain, least=least, most=most, only=only)
            if found is None:
                return None
            package, chosen, claimed = found
            works = self._works(package)
            false = [(g, t) for g, t in claimed if not works[t, self.groups[g].members[0]]]
            if not false:
                costs = [self.costs.prices[t].cost(package) for t in chosen]
                spent = max((cost for cost in costs if cost is not None), default=0)
                anywhere = np.any(works[chosen], axis=0).tolist()
                kept = range(len(self.weights)) if only is None else only
                return spent, sum(self.weights[k] for k in kept if anywhere[k]), package
            if self.rounds is not None:
                self.rounds -= 1
                if self.rounds < 0:
                    raise LimitError("the scenario MILP takes too many rounds\n  hint: use fewer scenarios")
            for g, t in false:
                self._model.refute(g, t, self._refutation(g, t, package))

    def _works(self, package: int) -> np.typing.NDArray[np.bool_]:
        trial = trial_of(self.uncertain, self.uncertain.problem.keys(package))
        if self.state is not None:
            return trial.works_at((self.state,), self.values)[None]
        return trial.works_each(self.values)

    def _refutation(self, group: int, target: int, package: int) -> Sequence[Clause]:
        """Give clauses that every package satisfies which works in this scenario, and this one does not."""
        key, states = (group, target), self.targets[target]
        if group not in self._rooms:
            drawn = self.uncertain.read(self.values[:, self.groups[group].members[0]])
            self._rooms[group] = Room(self.uncertain.at(drawn), only=states)
        if key not in self._tests:
            self._tests[key] = Target(self._rooms[group].oracle_at(states), states)
        kept = self._tests[key]
        before = 0 if not kept.tested else len(kept.clauses)
        kept.works(package)
        fresh = kept.clauses[before:]
        if not fresh:
            raise LimitError("floating point cannot decide the scenario MILP\n  hint: round stakes and effects to fewer digits")
        return fresh


class _Model:
    """The MILP: levers, thresholds of demands, claims, chosen targets, cost."""

    def __init__(self, scenarios: Scenarios) -> None:
        import highspy  # noqa: PLC0415 - imported where used

        self.scenarios = scenarios
        self._highs = new_highs()
        self._integer = highspy.HighsVarType.kInteger
        self._inf = highspy.kHighsInf
        self._status = highspy.HighsModelStatus
        problem, costs = scenarios.uncertain.problem, scenarios.costs
        self.levers = range(len(problem.levers))
        for k in self.levers:
            self._column(is_integer=True, most=float(problem.in_time >> k & 1))
        for k, others in enumerate(problem.conflicts):
            for j in bits(others >> (k + 1) << (k + 1)):
                self._row({k: -1, j: -1}, -1)
        self.chosen = [self._column(is_integer=True) for _ in scenarios.targets]
        self.cost = self._column(most=self._inf)
        for target, (column, prices) in enumerate(zip(self.chosen, costs.prices, strict=True)):
            self._bill(target, column)
            for k in bits(problem.in_time & ~prices.allowed):
                self._row({k: -1, column: -1}, -1)
        self._thresholds: dict[tuple[Weights, bool], dict[int, int]] = {}
        self._terms: dict[Term, int] = {}
        self.claims: dict[tuple[int, int], int] = {}
        different = {demand for group in scenarios.groups for demands in group.demands for demand in demands or ()}
        self._whole_claims = len(different) > len(scenarios.groups)
        self.scored: list[int] = []
        for g, group in enumerate(scenarios.groups):
            self._claim(g, group)
        for target, prices in enumerate(costs.prices):
            for clause in prices.side:
                self._demand(self.chosen[target], clause)
        self._floor = self._row(dict.fromkeys(self.scored, 1), -1)
        self._ceiling = self._row({self.cost: -1}, -1)

    def solve(
        self, *, price: int, gain: int, least: int, most: int | None, only: set[int] | None
    ) -> tuple[int, list[int], list[tuple[int, int]]] | None:
        """Give package, chosen targets and claims at the optimum; None where nothing is feasible."""
        weights = self._weights(only)
        for column, weight in zip(self.scored, weights, strict=True):
            self._highs.changeColCost(column, -float(gain * weight))
            self._highs.changeCoeff(self._floor, column, float(weight))
        self._highs.changeColCost(self.cost, float(price))
        self._highs.changeRowBounds(self._floor, float(least), self._inf)
        self._highs.changeRowBounds(self._ceiling, -self._inf if most is None else -float(most), self._inf)
        self._highs.run()
        found = self._highs.getModelStatus()
        if found == self._status.kInfeasible:
            return None
        if found != self._status.kOptimal:
            raise LimitError(f"HiGHS ends with {self._highs.modelStatusToString(found)!r}\n  hint: use fewer scenarios")
        value = self._highs.getSolution().col_value
        package = sum(1 << k for k in self.levers if value[k] > 0.5)
        chosen = [t for t, column in enumerate(self.chosen) if value[column] > 0.5]
        return package, chosen, [key for key, column in self.claims.items() if value[column] > 1e-6 and key[1] in chosen]

    def refute(self, group: int, target: int, clauses: Sequence[Clause]) -> None:
        """Tie a claim to clauses."""
        for clause in clauses:
            self._demand(self.claims[group, target], clause)

    def _weights(self, only: set[int] | None) -> list[int]:
        weights = self.scenarios.weights
        return [sum(weights[k] for k in g.members if only is None or k in only) for g in self.scenarios.groups]

    def _bill(self, target: int, column: int) -> None:
        """Bound the cost from below by that of the package at a target, and keep to budgets, where the target is chosen."""
        bill = self.scenarios.costs.prices[target].bill
        for row in bill.rows:
            slack = sum(row)
            self._row({self.cost: 1, column: -slack, **{k: -w for k, w in enumerate(row)}}, -slack)
        for row, most in bill.limits:
            slack = max(0, sum(row) - most)
            self._row({column: -slack, **{k: -w for k, w in enumerate(row)}}, -slack - most)

    def _claim(self, number: int, group: Group) -> None:
        columns = []
        for target, demands in enumerate(group.demands):
            if demands is None:
                continue
            column = self.claims[number, target] = self._column(is_integer=self._whole_claims)
            columns.append(column)
            self._row({self.chosen[target]: 1, column: -1}, 0)
            for weights, need in demands:
                self._row({self._threshold(weights, need, whole=not self._whole_claims): 1, column: -1}, 0)
        score = self._column()
        self._row({score: -1, **dict.fromkeys(columns, 1)}, 0)
        self.scored.append(score)

    def _threshold(self, weights: Weights, need: int, *, whole: bool = True) -> int:
        """Give a column that is 1 only where the weights in use reach `need`; harder ones imply easier ones.

        Either the thresholds are whole numbers or, where these are more, the claims that rest on them.
        """
        known = self._thresholds.setdefault((weights, whole), {})
        if need not in known:
            column = known[need] = self._column(is_integer=whole)
            low = sum(min(weight, 0) for _, weight in weights)
            self._row({**{k: min(weight, need - low) for k, weight in weights}, column: low - need}, low)
            easier = max((n for n in known if n < need), default=None)
            harder = min((n for n in known if n > need), default=None)
            if easier is not None:
                self._row({known[easier]: 1, column: -1}, 0)
            if harder is not None:
                self._row({column: 1, known[harder]: -1}, 0)
        return known[need]

    def _demand(self, claim: int, clause: Clause) -> None:
        entries = {claim: -1}
        for term in clause:
            entries[self._term(term)] = 1
        self._row(entries, 0)

    def _term(self, term: Term) -> int:
        if len(term) == 1:
            return self._threshold(term[0].weights, term[0].need)
        if term not in self._terms:
            column = self._terms[term] = self._column(is_integer=True)
            for literal in term:
                self._row({self._threshold(literal.weights, literal.need): 1, column: -1}, 0)
        return self._terms[term]

    def _column(self, *, most: float = 1.0, is_integer: bool = False) -> int:
        number: int = self._highs.getNumCol()
        self._highs.addCol(0.0, 0.0, most, 0, [], [])
        if is_integer:
            self._highs.changeColIntegrality(number, self._integer)
        return number

    def _row(self, entries: dict[int, int], least: int) -> int:
        kept = {column: weight for column, weight in entries.items() if weight}
        if any(abs(weight) >= _EXACT for weight in kept.values()):
            raise LimitError("weights of the scenario MILP are too large to be exact\n  hint: round stakes and effects")
        number: int = self._highs.getNumRow()
        self._highs.addRow(float(least), self._inf, len(kept), list(kept), [float(w) for w in kept.values()])
        return number
