"""Checks of claims that need the packages, the coalitions or the levers."""

from __future__ import annotations

from ceasefire.brief.answers import MODES, Outcome, Strategy
from ceasefire.brief.notebook import counted, figure, listing
from ceasefire.case.model import Case
from ceasefire.leverage import LeverageTable
from ceasefire.mediation import Packages
from ceasefire.study.asked import BadCheck, Parameters, name_of

Answer = tuple[Outcome, str, tuple[str, ...]]


def coalition(strategy: Strategy, leverage: LeverageTable, case: Case, parameters: Parameters) -> Answer:
    """Say whether a power alone, a set of powers, or any set without a power suffices, in each credibility mode."""
    if "alone" in parameters:
        return _alone(strategy, str(parameters["alone"]), case)
    if "members" in parameters:
        return _together(strategy, frozenset(map(str, parameters["members"])), case)
    return _without(strategy, str(parameters["without"]), case)


def lever_loss(strategy: Strategy, leverage: LeverageTable, case: Case, parameters: Parameters) -> Answer:
    """Compare what levers take from their target, at full force, with what they cost their owner."""
    wanted = set(parameters["levers"])
    rows = [row for row in leverage.rows if row.lever.removesuffix("@1") in wanted and row.target == parameters["target"]]
    loss, cost = sum(max(0.0, -row.effect.value) for row in rows), sum(row.cost.value for row in rows)
    listed = "; ".join(
        f"{row.lever}: effect {figure(row.effect.low)} to {figure(row.effect.high)}, "
        f"owner cost {figure(row.cost.low)} to {figure(row.cost.high)}"
        for row in rows
    )
    text = (
        f"{listed} ({case.stake_unit}); central loss {figure(loss)} against owner cost {figure(cost)}. "
        "Cost is not compliance: whether the target would give in is not shown"
    )
    sources = tuple(dict.fromkeys(source for row in rows for source in row.sources))
    return ("holds in part" if loss > cost else "does not hold"), text, sources


def gap(strategy: Strategy, leverage: LeverageTable, case: Case, parameters: Parameters) -> Answer:
    """Say which levers of an owner on a target it would carry out by its own stakes."""
    levers = [
        lever for lever in strategy.problem.levers if lever.owner == parameters["owner"] and parameters["target"] in lever.effects
    ]
    if not levers:
        return "not computed", f"no lever of {parameters['owner']} on {parameters['target']} comes in time", ()
    gaps = strategy.packages["ignore"].gaps
    listed = "; ".join(f"{lever.key}: gap {figure(float(gaps[lever.key]))}" for lever in levers)
    credible = sum(gaps[lever.key] == 0 for lever in levers)
    outcome: Outcome = "holds" if credible == len(levers) else "does not hold" if credible == 0 else "holds in part"
    owner = name_of(case, parameters["owner"])
    return outcome, f"by its own stakes {owner} would carry out {credible} of {counted(len(levers), 'lever')} ({listed})", ()


def look(case: Case, kind: str, parameters: Parameters) -> None:
    """Refuse a check that names what the case does not have, before anything is searched; BadCheck says what."""
    if kind == "coalition":
        if len(parameters) != 1:
            raise BadCheck("give one of alone, members, without")
        for named in parameters.values():
            for code in [named] if isinstance(named, str) else named:
                name_of(case, code)
    elif kind == "gap":
        owner, target = parameters["owner"], parameters["target"]
        if not any(lever.owner == owner and target in dict(lever.effects) for lever in case.levers):
            raise BadCheck(f"{owner} has no lever on {target}")
    else:
        acting = {lever.key.partition("@")[0] for lever in case.levers if parameters["target"] in dict(lever.effects)}
        if set(parameters["levers"]) - acting:
            raise BadCheck(f"not every lever of {sorted(parameters['levers'])} acts on {parameters['target']}")


def _suffices(packages: Packages, members: frozenset[str]) -> bool:
    return any(set(smallest) <= members for smallest in packages.minimal_coalitions)


def _names(case: Case, codes: frozenset[str]) -> str:
    return listing(sorted(name_of(case, code) for code in codes)) or "nobody"


def _alone_can(case: Case, able: list[str]) -> str:
    if not able:
        return "no power alone can"
    return f"{_names(case, frozenset(able))} {'alone can' if len(able) == 1 else 'can, each alone'}"


def _alone(strategy: Strategy, power: str, case: Case) -> Answer:
    parts, only = [], []
    for mode, words in MODES.items():
        packages = strategy.packages[mode]
        able = sorted(k for k in strategy.problem.powers if _suffices(packages, frozenset({k})))
        if frozenset() in packages.minimal_coalitions:
            parts.append(f"{words}: the outcome is stable with no lever at all")
        else:
            parts.append(f"{words}: {_alone_can(case, able)}")
        only.append(able == [power])
    outcome: Outcome = "holds" if all(only) else "holds in part" if any(only) else "does not hold"
    return outcome, "; ".join(parts), ()


def _together(strategy: Strategy, members: frozenset[str], case: Case) -> Answer:
    parts, able = [], []
    for mode, words in MODES.items():
        packages = strategy.packages[mode]
        enough = _suffices(packages, members)
        able.append(enough)
        cost = packages.coalition_cost.get(members & frozenset(strategy.problem.powers))
        price = f", least cost {figure(float(cost))} {case.stake_unit.split(';')[0]}" if cost is not None else ""
        parts.append(f"{words}: {'enough' if enough else 'not enough'}{price}")
    outcome: Outcome = "holds" if all(able) else "holds in part" if any(able) else "does not hold"
    return outcome, f"{_names(case, members)}: " + "; ".join(parts), ()


def _without(strategy: Strategy, power: str, case: Case) -> Answer:
    parts, needed = [], []
    for mode, words in MODES.items():
        packages = strategy.packages[mode]
        others = [members for members in packages.minimal_coalitions if power not in members]
        needed.append(bool(packages.minimal_coalitions) and not others)
        listed = " or ".join(_names(case, frozenset(members)) for members in others[:4])
        parts.append(f"{words}: {listed or 'no coalition'} can do it without {name_of(case, power)}")
    outcome: Outcome = "holds" if all(needed) else "holds in part" if any(needed) else "does not hold"
    return outcome, "; ".join(parts), ()
