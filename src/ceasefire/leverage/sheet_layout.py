"""What a file of sheets may hold."""

from __future__ import annotations

from dataclasses import replace

from ceasefire.case.layout import CODE, many, needed, record, text
from ceasefire.case.shape import Shape
from ceasefire.leverage.formulas import KINDS

_NUMBER = Shape("number", "a number")
_KEYS = many(text("key of a source, record entry, fact or figure of the case", required=True), "keys of sources")
CELL = record(
    "a figure",
    fact=text("key of a fact or figure of the case that gives the value"),
    times=Shape("number", "what the fact is multiplied by, such as 0.001 from million to billion"),
    value=_NUMBER,
    low=_NUMBER,
    high=_NUMBER,
    status=Shape("choice", "how good it is", choices=("measured", "derived", "unverified", "illustrative")),
    period=text("year or period"),
    sources=_KEYS,
    why=text("how it was found"),
)
_COST = Shape("choice", "as coders of past threats would rate it", choices=("minor", "major", "severe"))
_TRUTH = Shape("truth", "true or false")
_ODDS = record(
    "marks of the threat for the reference class of past threats",
    target_cost=_COST,
    sender_cost=_COST,
    security=_TRUTH,
    trade_issue=_TRUTH,
    institution=_TRUTH,
    clear_demand=_TRUTH,
    imposed=_TRUTH,
    sender_is_ally=_TRUTH,
    target_trade_musd=_NUMBER,
    instrument=Shape(
        "choice",
        "what is threatened",
        choices=("partial_embargo", "export_restriction", "import_restriction", "aid_termination", "other"),
    ),
)
_PAYER = record(
    "who inside a country pays",
    party=CODE,
    who=text("who", required=True),
    share=CELL,
    sales=CELL,
)
_SUBSTITUTE = record(
    "who could offset the loss beyond what the cells count as replaced",
    who=text("who", required=True),
    party=replace(CODE, required=False),
    covers=CELL,
    cost=CELL,
)
_THRESHOLDS = record(
    "what strong and credible are measured against, in billion USD a year",
    conceding=_NUMBER,
    stake=_NUMBER,
    borne=_NUMBER,
    why=text("on what they rest"),
)
_ADVERSARY = record("an adversary", why=text("on what the opposition rests", required=True), sources=_KEYS)
_PRECEDENT = record(
    "an earlier use", text=text("what happened", required=True), days=Shape("integer", "for how many days", least=0), sources=_KEYS
)
_SHEET = record(
    "one way of pressing one target",
    kind=Shape("choice", "kind of pressure", required=True, choices=tuple(KINDS)),
    sender=CODE,
    target=CODE,
    text=text("what would be done", required=True),
    period=text("year or period of the figures"),
    demand=text("what it is meant to bring about"),
    cells=Shape("map", "figures by name", required=True, item=CELL),
    days_to_bite=CELL,
    days_to_undo=CELL,
    reversible=text("what of it can be undone"),
    payers=many(_PAYER, "who pays"),
    substitutes=many(_SUBSTITUTE, "who could offset it"),
    precedents=many(_PRECEDENT, "earlier uses"),
    odds=_ODDS,
    thresholds=_THRESHOLDS,
)
_LINK = record(
    "which results belong to a lever of the case; losses of several sheets add up",
    sheets=many(text("key of a sheet", required=True), "keys of sheets", required=True),
    part=Shape("number", "part of the yearly losses that falls into the time that counts", least=0, most=1),
    use=Shape("choice", "compare beside the case's own numbers, or replace them", choices=("compare", "replace")),
    why=text("why this part"),
)
FILE = needed(
    record(
        "a file of sheets",
        format=Shape("integer", "version of the layout, 1", required=True, least=1, most=1),
        points_per_gdp_percent=Shape("number", "stake points that one per cent of yearly GDP is worth", least=0),
        gdp=Shape("map", "GDPs in billion USD by party", item=CELL),
        sheets=Shape("map", "sheets by key", required=True, item=_SHEET),
        levers=Shape("map", "levers of the case by key", item=_LINK),
        adversaries=Shape(
            "map", "adversaries by party", item=Shape("map", "adversaries that the analyst names, by code", item=_ADVERSARY)
        ),
    )
)
