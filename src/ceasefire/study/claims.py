"""Test the claims that somebody made about the war against the record, the figures and the packages.

Each claim may carry a `check`: a kind and its parameters, written in the case beside the claim. A claim without one, or one
whose inputs are missing as of the day asked about, is "not computed", with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ceasefire.brief.answers import Finding, Outcome, Strategy
from ceasefire.brief.notebook import counted, figure, listing
from ceasefire.case.model import Case, Claim, Entry
from ceasefire.case.shape import meant
from ceasefire.case.told import known_categories
from ceasefire.errors import CaseError, Problem
from ceasefire.leverage import LeverageTable
from ceasefire.record import COMMITTED, Classified, Measures, groups_of_entries
from ceasefire.study import claims_strategy
from ceasefire.study.asked import BadCheck, Parameters, name_of
from ceasefire.study.claims_deaths import toll

_LEFT_OUT = frozenset({"adviser", "analyst", "candidate", "opposition", "public"})


@dataclass(frozen=True, eq=False)
class Evidence:
    """What checks may look at: nothing in it is dated later than the day asked about."""

    case: Case
    measures: Measures
    leverage: LeverageTable
    strategy: Strategy | None


class NotComputed(Exception):  # noqa: N818 - a reason, not an error
    """The reason why a claim cannot be tested as of the day asked about."""


@dataclass(frozen=True, slots=True)
class Result:
    """Outcome of one check with its words and its sources."""

    outcome: Outcome
    text: str
    sources: tuple[str, ...] = ()


def find(evidence: Evidence) -> tuple[Finding, ...]:
    """Test every claim of the case, in its order.

    Raises
    ------
    CaseError
        With every check of unknown kind, with a missing or unknown parameter, or that names what the case does not have. Without
        a `strategy` these are found too, so that a case can be refused before anything is searched.
    """
    found: list[Finding] = []
    problems: list[Problem] = []
    for claim in evidence.case.claims:
        try:
            found.append(_finding(claim, evidence))
        except BadCheck as wrong:
            problems.append(_problem(evidence.case, claim, wrong))
    if problems:
        raise CaseError(problems)
    return tuple(found)


def _finding(claim: Claim, evidence: Evidence) -> Finding:
    parameters = Parameters(claim.check)
    if not parameters or claim.type == "normative recommendation":
        return Finding(claim, "not computed", "", _why_not(claim), ())
    kind = str(parameters.pop("kind", ""))
    if kind not in CHECKS:
        raise BadCheck(f"unknown kind of check {kind!r}")
    words, takes, check = CHECKS[kind]
    parameters.hold_to(takes.split())
    try:
        result = check(evidence, parameters)
    except NotComputed as reason:
        return Finding(claim, "not computed", words, str(reason), ())
    return Finding(claim, result.outcome, words, result.text, result.sources)


def _problem(case: Case, claim: Claim, wrong: BadCheck) -> Problem:
    kind = str(dict(claim.check).get("kind", ""))
    if kind in CHECKS:
        message, hint = f"check {kind!r}: {wrong}", f"{kind!r} takes {listing(CHECKS[kind][1].split())}"
    else:
        message, hint = str(wrong), meant(kind, CHECKS)
    file, line = claim.place
    return Problem(file or f"{case.name}/claims.yaml", line, None, "bad-check", f"claim {claim.key}: {message}", hint)


def _why_not(claim: Claim) -> str:
    if claim.type == "normative recommendation":
        return "a recommendation is a value judgement; nothing to compute"
    return f"no check is written for it; it would need: {claim.computation}" if claim.computation else "no check is written"


def _holds(value: float, parameters: Parameters) -> Outcome:
    least, most = parameters.get("at_least"), parameters.get("at_most")
    if least is None and most is None:
        raise BadCheck("neither at_least nor at_most is given")
    return "holds" if (least is None or value >= least) and (most is None or value <= most) else "does not hold"


def _bound(parameters: Parameters) -> str:
    least, most = parameters.get("at_least"), parameters.get("at_most")
    parts = [f"at least {figure(least)}"] if least is not None else []
    parts += [f"at most {figure(most)}"] if most is not None else []
    return "the claim was read as: " + " and ".join(parts)


def _since(evidence: Evidence, parameters: Parameters) -> date:
    text = parameters.get("since")
    return date.fromisoformat(str(text)) if text else evidence.case.start


def _selected(evidence: Evidence, parameters: Parameters) -> list[Classified]:
    since = _since(evidence, parameters)
    _look(evidence.case, parameters)
    chosen: list[tuple[str, Callable[[Classified], Iterable[str]]]] = [
        ("categories", lambda c: (c.entry.category,)),
        ("forums", lambda c: (c.entry.forum,)),
        ("targets", lambda c: c.entry.targets),
        ("words_or_deeds", lambda c: (c.act,)),
    ]
    found = [
        one
        for one in evidence.measures.classified
        if one.entry.date >= since
        and parameters["actor"] in (one.entry.actor, *one.entry.joint_with)
        and one.entry.level not in _LEFT_OUT
    ]
    for name, values in chosen:
        if name in parameters:
            asked = parameters[name] if isinstance(parameters[name], (list, tuple)) else (parameters[name],)
            found = [one for one in found if set(values(one)) & set(asked)]
    return found


def _look(case: Case, parameters: Parameters) -> None:
    """Refuse an actor whom neither the case nor its record has, and a category that is none: nothing would be counted."""
    actors = {party.code for party in case.parties} | {code for entry in case.record for code in (entry.actor, *entry.joint_with)}
    if parameters["actor"] not in actors:
        raise BadCheck(f"the case has no party {parameters['actor']!r}; {meant(str(parameters['actor']), actors)}")
    asked = parameters.get("categories", ())
    categories = {entry.category for entry in case.record} | known_categories()
    for category in [asked] if isinstance(asked, str) else asked:
        if category not in categories:
            raise BadCheck(f"no entry has the category {category!r}; {meant(str(category), categories)}")


def _sources(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for entry in entries for source in entry.sources))


def _keys(entries: Iterable[Entry]) -> str:
    keys = [entry.key for entry in entries]
    return f" ({', '.join(keys)})" if keys else ""


def _record_count(evidence: Evidence, parameters: Parameters) -> Result:
    found = [one.entry for one in _selected(evidence, parameters)]
    name = name_of(evidence.case, parameters["actor"])
    forums = sorted({entry.forum for entry in found if entry.forum})
    where = f", in these forums: {listing(forums)}" if forums else ""
    text = (
        f"{counted(len(found), 'entry', 'entries')} of {name} from {_since(evidence, parameters)} to {evidence.measures.as_of}"
        f"{where}{_keys(found)}; {_bound(parameters)}"
    )
    return Result(_holds(len(found), parameters), text, _sources(found))


def _grades(evidence: Evidence, parameters: Parameters) -> Result:
    words = [one for one in _selected(evidence, parameters) if one.act == "word"]
    if not words:
        raise NotComputed(f"no word of {parameters['actor']} on record in the period")
    committed = [one.entry for one in words if one.grade == COMMITTED]
    counts = {grade: sum(one.grade == grade for one in words) for grade in dict.fromkeys(one.grade for one in words)}
    listed = ", ".join(f"{grade} {count}" for grade, count in counts.items())
    limit = int(parameters["at_most_committed"])
    text = (
        f"of {len(words)} words (joint ones included: {listed}) {len(committed)} commit the speaker to a deed with a cost, a "
        f"condition or a date{_keys(committed)}; the claim was read as: at most {limit}"
    )
    return Result("holds" if len(committed) <= limit else "does not hold", text, _sources(one.entry for one in words))


def _leaders(evidence: Evidence, parameters: Parameters) -> Result:
    found = [one.entry for one in _selected(evidence, parameters)]
    if not found:
        raise NotComputed(f"the record has no entry of the asked kind by {parameters['actor']}, so absence from it says nothing")
    named = [entry for entry in found if parameters["speaker"] in f"{entry.actor_name} {entry.summary}"]
    text = (
        f"{len(named)} of {len(found)} entries of the asked kind by {parameters['actor']} "
        f"name {parameters['speaker']}{_keys(named)}; "
        f"{_bound(parameters)}"
    )
    return Result(_holds(len(named), parameters), text, _sources(found))


def _named(evidence: Evidence, parameters: Parameters) -> list[Entry]:
    entries = {entry.key: entry for entry in evidence.case.record}
    for key in parameters["record"]:
        if key not in entries:
            raise BadCheck(f"the record has no entry {key!r}")
    named = [entries[key] for key in parameters["record"]]
    known = [entry for entry in named if entry.date <= evidence.measures.as_of]
    if not known:
        raise NotComputed(f"the entries it rests on are dated after {evidence.measures.as_of}")
    return known


def _corroboration(evidence: Evidence, parameters: Parameters) -> Result:
    known = _named(evidence, parameters)
    groups = sorted(groups_of_entries(known, evidence.case.sources, evidence.case.claims_from))
    if not groups:
        raise NotComputed(f"no source of these entries names its outlet{_keys(known)}")
    text = (
        f"entries on record by {evidence.measures.as_of}: {len(known)}{_keys(known)}, resting on {len(groups)} independent "
        f"outlet groups, each counted once: {listing(groups)}; {_bound(parameters)}"
    )
    return Result(_holds(len(groups), parameters), text, _sources(known))


def _exists(evidence: Evidence, parameters: Parameters) -> Result:
    known = _named(evidence, parameters)
    listed = "; ".join(f"{e.key}: {e.summary} (confidence {e.confidence})" for e in known)
    return Result("on record", listed, _sources(known))


def _deaths_rate(evidence: Evidence, parameters: Parameters) -> Result:
    since, until = _since(evidence, parameters), date.fromisoformat(str(parameters["until"]))
    if until > evidence.measures.as_of:
        raise NotComputed(f"needs counts up to {until}")
    case, series = evidence.case, parameters["series"]
    if series not in {count.series for count in case.counts}:
        raise BadCheck(f"daily.csv has no series {series!r}")
    found = toll(case.counts, series, since, until, case.start)
    if isinstance(found, str):
        raise NotComputed(found)
    least = float(parameters["at_least_per_day"])
    how = "by a cumulative count" if found.seen is None else f"counts of {found.seen} of them" if found.seen < found.days else ""
    rate = (
        f"{figure(found.total)} in {counted(found.days, 'day')}{how and f' ({how})'}, {figure(round(found.total / found.days, 1))}"
    )
    sides = listing(sorted({_side(case, row.side) for row in found.rows}))
    parts = [
        f"{rate} a day ({series}, counted: {sides})",
        parameters.get("compare"),
        f"the claim was read as: at least {figure(least)} a day",
    ]
    outcome: Outcome = "holds" if found.total / found.days >= least else "does not hold"
    return Result(outcome, "; ".join(part for part in parts if part), tuple(dict.fromkeys(row.source for row in found.rows)))


def _side(case: Case, side: str) -> str:
    names = {party.code: party.name for party in case.parties}
    return listing([names.get(code, code) for code in side.split("+")])


def _fact(evidence: Evidence, parameters: Parameters) -> Result:
    facts = {fact.key: fact for fact in evidence.case.facts}
    fact = facts.get(parameters["key"]) or facts.get(f"figure:{parameters['key']}")
    if fact is None:
        raise BadCheck(f"the case has no figure {parameters['key']!r}; {meant(str(parameters['key']), facts)}")
    if parameters.get("unit", fact.unit) != fact.unit:
        raise BadCheck(f"unit {parameters['unit']!r}, but figure {fact.key!r} is in {fact.unit!r}")
    if fact.known is not None and fact.known > evidence.measures.as_of:
        raise NotComputed(f"the figure describes a period after {evidence.measures.as_of}")
    values = [fact.value] if isinstance(fact.value, (int, float)) else list(fact.value or ())
    numbers = [float(v) for v in values if isinstance(v, (int, float))]
    if not numbers:
        raise NotComputed("the source gives no number")
    outcomes = {_holds(number, parameters) for number in numbers}
    outcome: Outcome = outcomes.pop() if len(outcomes) == 1 else "holds in part"
    shown = " to ".join(figure(number) for number in numbers)
    text = f"{fact.text}: {shown} {fact.unit} ({fact.period}; {fact.status}); {_bound(parameters)}"
    return Result(outcome, text, fact.sources)


def _days_between(evidence: Evidence, parameters: Parameters) -> Result:
    first, last = (_named(evidence, Parameters(record=[parameters[end]])) for end in ("from", "to"))
    days = (last[0].date - first[0].date).days
    text = f"{counted(days, 'day')} from {first[0].key} to {last[0].key}; {_bound(parameters)}"
    return Result(_holds(days, parameters), text, _sources([*first, *last]))


def _tie(evidence: Evidence, parameters: Parameters) -> Result:
    name_of(evidence.case, parameters["party"])
    party = evidence.case.party(parameters["party"])
    asked = set(parameters["types"])
    seen = {entry.key for entry in evidence.case.entries_until(evidence.case.as_of)}
    known = [tie for tie in party.ties if not tie.record or seen & set(tie.record)]
    found = [tie for tie in known if tie.other == parameters["other"] and tie.type in asked]
    missing = sorted(asked - {tie.type for tie in found})
    text = "; ".join(f"{tie.type}: {tie.text}" for tie in found) or "no such tie in the case"
    if missing:
        text += f"; not found: {', '.join(missing)}"
    outcome: Outcome = "does not hold" if not found else "holds in part" if missing else "holds"
    return Result(outcome, text, tuple(dict.fromkeys(source for tie in found for source in tie.sources)))


def _from_strategy(
    kind: str,
    check: Callable[[Strategy, LeverageTable, Case, Parameters], tuple[Outcome, str, tuple[str, ...]]],
) -> Check:
    def checked(evidence: Evidence, parameters: Parameters) -> Result:
        claims_strategy.look(evidence.case, kind, parameters)
        if evidence.strategy is None:
            raise NotComputed("the strategic part is not computed as of this day")
        return Result(*check(evidence.strategy, evidence.leverage, evidence.case, parameters))

    return checked


Check = Callable[[Evidence, Parameters], Result]
_BOUNDS = "at_least at_most"
_ENTRIES = "actor categories forums targets words_or_deeds since"
CHECKS: Mapping[str, tuple[str, str, Check]] = {
    "record_count": ("entries of the record counted", f"{_ENTRIES} {_BOUNDS}", _record_count),
    "grades": ("words graded by commitment", f"{_ENTRIES} at_most_committed", _grades),
    "leaders": ("entries naming the speaker counted", f"{_ENTRIES} speaker {_BOUNDS}", _leaders),
    "corroboration": ("independent outlet groups counted", f"record {_BOUNDS}", _corroboration),
    "exists": ("dated entries looked up", "record", _exists),
    "deaths_rate": ("deaths per day from the daily counts", "series since until at_least_per_day compare", _deaths_rate),
    "fact": ("sourced figure compared", f"key unit {_BOUNDS}", _fact),
    "days_between": ("days between dated entries", f"from to {_BOUNDS}", _days_between),
    "tie": ("ties looked up", "party other types", _tie),
    "coalition": (
        "exact search for working packages",
        "alone members without",
        _from_strategy("coalition", claims_strategy.coalition),
    ),
    "lever_loss": ("target loss against owner cost", "levers target", _from_strategy("lever_loss", claims_strategy.lever_loss)),
    "gap": ("credibility gaps of the levers", "owner target", _from_strategy("gap", claims_strategy.gap)),
}
