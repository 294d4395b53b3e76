"""The layout of case files: which fields there are, what each may hold, and what it means."""

from __future__ import annotations

from dataclasses import replace

from ceasefire.case.shape import Shape

_CODE = r"[A-Z]{3}|X-[A-Z0-9]+"
_WORD = r"[a-z0-9][a-z0-9_-]*"


def text(doc: str, *, required: bool = False, pattern: str = "") -> Shape:
    """Describe a text."""
    return Shape("text", doc, required, pattern=pattern)


def many(item: Shape, doc: str, *, required: bool = False) -> Shape:
    """Describe a list."""
    return Shape("list", doc, required, item=item)


def record(doc: str, /, **fields: Shape) -> Shape:
    """Describe a record."""
    return Shape("record", doc, fields=fields)


def named(name: str, shape: Shape) -> Shape:
    """Give a shape an entry of its own in the JSON Schema."""
    return replace(shape, name=name)


def needed(shape: Shape) -> Shape:
    """Make a shape required."""
    return replace(shape, required=True)


NAMES = many(text("key of a source, record entry, fact or figure", required=True), "keys of sources")
KEYS = many(text("key of a record entry", required=True), "keys of record entries")
CODE = text("an ISO 3166 alpha-3 code such as ARM, or X-... for others", required=True, pattern=_CODE)
CONDITION = Shape("condition", "a condition over options, such as aze.offensive and not arm.withdraw", required=True)

_DISTRIBUTION = named(
    "distribution",
    record(
        "how likely each value is",
        kind=Shape("choice", "which distribution", required=True, choices=("normal", "triangular", "uniform", "discrete")),
        mean=Shape("number", "of a normal distribution"),
        sd=Shape("number", "standard deviation of a normal distribution", least=0),
        low=Shape("number", "least value of a triangular or uniform distribution"),
        mode=Shape("number", "likeliest value of a triangular distribution"),
        high=Shape("number", "largest value of a triangular or uniform distribution"),
        values=many(
            many(Shape("number", "a value, then its probability", required=True), "a value and its probability", required=True),
            "pairs of value and probability of a discrete distribution",
        ),
    ),
)
_JUDGED = {
    "value": Shape("number", "the central value"),
    "range": many(Shape("number", "an end of the range", required=True), "least and largest value thought possible"),
    "distribution": _DISTRIBUTION,
    "unit": text("unit; by default the stake unit of the case"),
    "why": text("the reason for this number"),
    "sources": NAMES,
    "illustrative": Shape("truth", "true for a number that nobody measured"),
    "dated": Shape("day", "day of the judgement; by default `judged` of the case"),
}
JUDGEMENT = Shape(
    "either",
    "a judged number: a mapping with value, range or distribution, or a bare number",
    required=True,
    either=(named("judgement", record("a judged number", **_JUDGED)), Shape("number", "a point", required=True)),
)
OPTIONAL = replace(JUDGEMENT, required=False)
STAKE = named("stake", record("a weighted statement", when=CONDITION, **_JUDGED))

_INLINE = named(
    "inline_source",
    record(
        "where something was read",
        title=text("short label", required=True),
        publisher=text("publisher"),
        url=text("address"),
        date=Shape("day", "day of publication, null where not seen"),
        note=text("remark"),
    ),
)
SOURCE = named("source", record("where something was read", **_INLINE.fields))
CITED = many(
    Shape("either", "a key or a whole source", required=True, either=(text("key of a source", required=True), _INLINE)),
    "sources: keys, or whole sources",
)

_AIM = named("aim", record("what a party wants", text=text("in words", required=True), sources=CITED, record=KEYS))
_LINE = named(
    "red_line",
    record(
        "a limit that a party declared",
        text=text("in words", required=True),
        sources=CITED,
        record=KEYS,
        place=text("where it holds: an area, a border, a road"),
        reason=text("why it runs there: a treaty, a border, a use of the past"),
        crossed_by=many(text("a CAMEO code as text", required=True), "what would cross it, each code for itself and its subcodes"),
        crossed=text("hindsight: what became of it"),
    ),
)
_TIE = named(
    "tie",
    record(
        "a lasting link to another party",
        **{"with": CODE},
        type=text("alliance, arms, trade, energy, membership, ...", required=True),
        text=text("in words", required=True),
        sources=CITED,
        record=KEYS,
    ),
)
_ABOUT = {
    "name": text("name in print"),
    "iso3": text("ISO 3166 alpha-3 code, null where there is none", pattern=r"[A-Z]{3}"),
    "roles": many(text("a role", required=True), "belligerent, patron, mediator, ..."),
    "aims": many(_AIM, "what it wants"),
    "red_lines": many(_LINE, "limits it declared"),
    "ties": many(_TIE, "lasting links to others"),
    "note": text("remark"),
}
_OPTION = named(
    "option",
    record(
        "a yes-or-no choice",
        text=text("what taking it means", required=True),
        direction=Shape("choice", "up: can only be taken; down: only dropped", choices=("both", "up", "down")),
        shared=many(CODE, "other parties that may also change it"),
        why=text("why it can, or cannot, be undone"),
        sources=NAMES,
    ),
)
_RANKED = Shape(
    "either",
    "a condition that the party would like to hold, or where a lever ranks for it",
    required=True,
    either=(
        CONDITION,
        named("placed", record("where a lever ranks", lever=text("key of a lever", required=True))),
    ),
)
_PARTY = named(
    "party",
    record(
        "a party of the case",
        **_ABOUT,
        budget=OPTIONAL,
        options=Shape("map", "its options by key", item=_OPTION),
        stakes=many(STAKE, "weighted statements"),
        priorities=many(_RANKED, "statements and levers, most important first, in place of stakes"),
        owner_stakes=many(STAKE, "its stakes as owner of levers, only where they differ"),
        owner_why=text("why they differ"),
    ),
)
_LEVER = named(
    "lever",
    record(
        "what a power can do to the stakes of others",
        owner=CODE,
        type=Shape("choice", "threat or promise", required=True, choices=("threat", "promise")),
        text=text("what it is", required=True),
        instrument=text("trade, energy, arms, aid, finance, recognition, military, transit, diplomatic, ..."),
        when=CONDITION,
        effects=Shape("map", "change of stake by party; none on parties that rank it", item=JUDGEMENT),
        fixed=JUDGEMENT,
        exec=JUDGEMENT,
        audience=JUDGEMENT,
        restore=JUDGEMENT,
        belief=OPTIONAL,
        group=text("levels of one measure share a group"),
        gradual=Shape("truth", "whether its owner may use it at any intensity up to this"),
        delay_days=Shape("integer", "days until it bites", least=0),
        lasts_days=Shape("integer", "days it can last; null for as long as wanted", least=0),
        harm=record("which civilians are hurt", text=text("in words", required=True), sources=NAMES),
        why=text("why it exists and costs this"),
        sources=NAMES,
        illustrative=Shape("truth", "true for numbers that nobody measured"),
    ),
)
_WANTED = record(
    "the outcome asked about",
    when=CONDITION,
    mode=Shape("choice", "some wanted state stable, or each", choices=("some", "each")),
    deviations=Shape("choice", "which moves count", choices=("any", "leaving")),
    reach=Shape("choice", "must it be reached, by any (um) or improving (ui) moves", choices=("none", "um", "ui")),
    unique=Shape("truth", "must no other stable state be reached"),
    why=text("why this outcome"),
)
_ACTOR = needed(
    record(
        "who spoke or acted",
        name=text("speaker or body", required=True),
        code=CODE,
        iso3=text("ISO code or null"),
        level=text("state, authority, organisation, adviser, ...", required=True),
    )
)
_ENTRY = named(
    "entry",
    record(
        "a word or a deed",
        id=text("unique key", required=True),
        date=Shape("day", "day", required=True),
        date_end=Shape("day", "last day of a range"),
        actor=_ACTOR,
        joint_with=many(CODE, "others who acted with it"),
        targets=many(CODE, "those addressed or acted on"),
        kind=Shape("choice", "the coder's mark", required=True, choices=("word", "deed")),
        category=text("PLOVER-like category", required=True),
        cameo=text("CAMEO code as text", required=True),
        forum=text("where"),
        conditional=Shape("truth", "whether it depends on something"),
        condition=text("on what"),
        red_line=Shape("truth", "whether it states a limit"),
        summary=text("in at most 25 words", required=True),
        sources=CITED,
        corroboration=Shape("integer", "independent outlet groups", least=0),
        confidence=Shape("choice", "how sure the coder is", choices=("high", "medium", "low")),
        seed=Shape("truth", "whether the starting text cites it"),
        note=text("doubts"),
    ),
)
_WORDS = Shape("either", "a word, or several", either=(text("a word"), many(text("a word", required=True), "words")))
_CHECK = named(
    "check",
    record(
        "how to test a claim; which parameters a kind takes stands in the reference of case files",
        kind=text("kind of check", required=True),
        actor=text("code of who spoke or acted"),
        categories=_WORDS,
        forums=_WORDS,
        targets=_WORDS,
        words_or_deeds=_WORDS,
        since=Shape("day", "first day"),
        until=Shape("day", "last day"),
        at_least=Shape("number", "least number with which the claim holds"),
        at_most=Shape("number", "largest number with which the claim holds"),
        at_most_committed=Shape("integer", "largest number of committing words with which the claim holds", least=0),
        at_least_per_day=Shape("number", "least number a day with which the claim holds", least=0),
        compare=text("what it is compared with, in words"),
        speaker=text("name to look for"),
        record=KEYS,
        series=text("series of daily.csv"),
        key=text("key of a figure"),
        unit=text("unit of the bounds, the same as the figure's"),
        party=text("code of a party"),
        other=text("code of another"),
        types=many(text("kind of tie", required=True), "kinds of tie"),
        alone=text("code of a power"),
        members=many(text("code of a power", required=True), "codes of powers"),
        without=text("code of a power"),
        levers=many(text("key of a lever", required=True), "keys of levers"),
        target=text("code of whom levers act on"),
        owner=text("code of whose levers they are"),
        **{"from": text("key of the earlier entry"), "to": text("key of the later entry")},
    ),
)
_CLAIM = named(
    "claim",
    record(
        "a claim about the war",
        id=text("unique key", required=True),
        paragraph=Shape("integer", "paragraph of the text", least=0),
        holder=text("who makes it"),
        claim=text("what it says", required=True),
        type=text("fact, causal claim, prediction, recommendation, ..."),
        computation=text("what a check would need"),
        check=_CHECK,
        later=text("hindsight: what later events say"),
        verdict=text("hindsight: a reading of them"),
        record=KEYS,
        sources=CITED,
        note=text("doubts"),
    ),
)
_FREE = Shape("free", "not used")
_ANY = Shape("either", "a number, a text, or several", either=(text("a value"), _FREE, many(text("a value"), "values")))
_FACT = record(
    "a sourced figure",
    id=text("unique key", required=True),
    statement=text("what it says", required=True),
    value=_ANY,
    unit=text("unit"),
    year=text("year or years it describes"),
    source_title=text("title of the source"),
    source_url=text("address"),
    confidence=text("how far the source can be relied on"),
    status=text("verified-in-source, derived or unverified"),
    note=text("doubts"),
)

CASE = needed(
    record(
        "A case of ceasefire: a war as an analyst describes it.",
        format=Shape("integer", "version of the layout; 1", required=True, least=1, most=1),
        name=text("key of the case, in lower case, such as border-2031", required=True, pattern=_WORD),
        title=text("title of the brief", required=True),
        summary=text("what the war is about, neutrally"),
        place=text("where"),
        start=Shape("day", "first day of the war", required=True),
        as_of=Shape("day", "nothing dated later may influence a result", required=True),
        judged=Shape("day", "day of the judgements; by default as_of"),
        horizon_days=Shape("integer", "days that outsiders can expect to have", least=0),
        stake_unit=text("unit of stakes and costs"),
        concept=Shape("choice", "stability concept", choices=("nash", "gmr", "smr", "seq", "cnash")),
        status_quo=many(text("key of an option", required=True), "options taken now"),
        wanted=_WANTED,
        parties=Shape("map", "parties by code", required=True, item=_PARTY),
        infeasible=many(
            named("ban", record("a combination that cannot occur", when=CONDITION, why=text("why"), sources=NAMES)),
            "combinations of options that cannot occur",
        ),
        levers=Shape("map", "levers by key", item=_LEVER),
        incompatible=many(
            many(text("key of a lever", required=True), "two levers", required=True), "pairs of levers that exclude each other"
        ),
        sources=Shape("map", "sources by key", item=SOURCE),
        record=many(_ENTRY, "entries, where there is no record.yaml"),
    )
)
PARTIES = needed(
    record(
        "parties.yaml",
        case=text("key of the case"),
        version=Shape("integer", "version"),
        parties=many(record("a party", code=CODE, **_ABOUT), "parties", required=True),
    )
)
SOURCES = Shape("map", "sources.yaml: sources by key", required=True, item=SOURCE)
RECORD = needed(
    record(
        "record.yaml",
        case=text("key of the case"),
        title=text("title"),
        version=Shape("integer", "version"),
        entries=many(_ENTRY, "entries", required=True),
    )
)
CLAIMS = needed(
    record(
        "claims.yaml",
        case=text("key of the case"),
        version=Shape("integer", "version"),
        source=record("the text whose claims these are", author=text("author"), **_INLINE.fields),
        paragraphs=text("how paragraphs are counted"),
        claims=many(_CLAIM, "claims", required=True),
    )
)
FACTS = needed(
    record(
        "leverage-facts.yaml",
        case=text("key"),
        as_of=text("remark"),
        fields=_FREE,
        facts=many(_FACT, "facts", required=True),
    )
)
