"""Find and read the files of a case, and put them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from ceasefire.case import layout
from ceasefire.case.builder import Builder
from ceasefire.case.checks import Checks
from ceasefire.case.evidence import Evidence
from ceasefire.case.idle import idle
from ceasefire.case.judging import Judging
from ceasefire.case.model import Case
from ceasefire.case.record_table import csv_tree, parquet_tree
from ceasefire.case.shape import Given, Reading, Shape, meant
from ceasefire.case.tables import Tables
from ceasefire.case.told import Told
from ceasefire.case.tree import Node, Place, parse_tree
from ceasefire.errors import CaseError, Problem, near
from ceasefire.store import sha256_of

MOST_BYTES = 2_000_000
_SHAPES: Mapping[str, Shape] = {
    "parties.yaml": layout.PARTIES,
    "sources.yaml": layout.SOURCES,
    "record.yaml": layout.RECORD,
    "claims.yaml": layout.CLAIMS,
    "leverage-facts.yaml": layout.FACTS,
}
_TEXTS = ("daily.csv", "truces.csv", "figures.csv", "sheets.yaml")
UNIT = "points"


@dataclass
class Files:
    """The files of one case as read: values by file name, hashes, what is wrong with them, and which were not read."""

    main: str
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: list[Problem] = field(default_factory=list)

    def read(self, path: Path, shown: str) -> str | None:
        """Read one text file of at most 2 MB; None if it cannot be used, with the reason in `problems`."""
        whole = Place(shown)
        try:
            size = path.stat().st_size
            data = path.read_bytes() if size <= MOST_BYTES else b""
        except OSError as error:
            hint = "give a case file, a case folder, or a name that `ceasefire cases` lists"
            self.problems.append(whole.problem("missing-file", f"cannot be read: {error.strerror or error}", hint))
            return None
        if size > MOST_BYTES:
            message = f"the file has {size / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read"
            self.problems.append(whole.problem("too-large", message, "is this the right file? Otherwise split the case"))
            return None
        if b"\0" in data:
            self.problems.append(whole.problem("binary-file", "is a binary file, not text", "a case is made of text files"))
            return None
        self.hashes[path.name] = sha256_of(data)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            at = Place(shown, data[: error.start].count(b"\n") + 1)
            self.problems.append(at.problem("not-utf8", f"byte {data[error.start]:#04x} is not UTF-8", "save the file as UTF-8"))
            return None

    def read_yaml(self, path: Path, shown: str, shape: Shape) -> Any:
        """Read one YAML file by its shape."""
        text = self.read(path, shown)
        return None if text is None else self._shaped(*parse_tree(text, shown), shape, shown)

    def read_record(self, folder: Path, shown: str) -> None:
        """Read the record where it is written as a table, CSV or Parquet."""
        tables = [name for name in ("record.csv", "record.parquet") if (folder / name).exists()]
        for name in tables:
            at = f"{shown}/{name}"
            if "record.yaml" in self.values:
                message = "the record is written in two files"
                self.problems.append(Place(at).problem("given-twice", message, "keep one of record.yaml, .csv, .parquet"))
            elif name == "record.csv":
                text = self.read(folder / name, at)
                self.values["record.yaml"] = None if text is None else self._shaped(*csv_tree(text, at), layout.RECORD, at)
            else:
                self.hashes[name] = sha256_of(folder / name)
                self.values["record.yaml"] = self._shaped(*parquet_tree(folder / name, at), layout.RECORD, at)

    def _shaped(self, node: Node | None, problems: list[Problem], shape: Shape, shown: str) -> Any:
        self.problems += problems
        if node is None:
            return None
        reading = Reading()
        value = reading.read(node, shape, "the case" if shape is layout.CASE else shown)
        self.problems += reading.problems
        return value


def read_files(where: str | Path) -> Files:
    """Read every file of a case; `where` is a bundled name, a folder, or a case file."""
    bundle = files("ceasefire.cases").joinpath(str(where))
    if str(where) in bundled():
        with as_file(bundle) as folder:
            return _read_folder(Path(folder), str(where))
    path = Path(where)
    if path.is_dir():
        return _read_folder(path, str(where))
    if path.name == "case.yaml" and path.is_file():
        return _read_folder(path.parent, str(path.parent))
    found = Files(str(where))
    if not path.exists() and len(path.parts) == 1 and not path.suffix:
        hint = f"{meant(str(where), bundled())} (or give the path of a file or folder)"
        found.problems.append(Place(str(where)).problem("missing-file", "no bundled case and no file of this name", hint))
        return found
    found.values["case.yaml"] = found.read_yaml(path, str(where), layout.CASE)
    return found


def _read_folder(folder: Path, shown: str) -> Files:
    found = Files(f"{shown}/case.yaml")
    found.values["case.yaml"] = found.read_yaml(folder / "case.yaml", found.main, layout.CASE)
    for name, shape in _SHAPES.items():
        if (folder / name).exists():
            found.values[name] = found.read_yaml(folder / name, f"{shown}/{name}", shape)
    found.read_record(folder, shown)
    for name in _TEXTS:
        if (folder / name).exists():
            text = found.read(folder / name, f"{shown}/{name}")
            if text is not None:
                found.texts[name] = text
    found.unread = list(_unread(folder, shown))
    return found


def _unread(folder: Path, shown: str) -> Iterator[Problem]:
    """Give the tables and YAML files that no case has but whose names are near those of one: slips, or another ending."""
    known = ("case.yaml", *_SHAPES, *_TEXTS, "record.csv", "record.parquet")
    by_stem = {Path(name).stem: name for name in reversed(known)}
    for path in sorted(folder.iterdir()):
        slip = near(path.stem, by_stem) if path.suffix in {".yaml", ".yml", ".csv", ".parquet"} else []
        if slip and path.name not in known:
            place = Place(f"{shown}/{path.name}")
            hint = f"did you mean {by_stem[slip[0]]!r}?"
            yield place.problem("unread-file", "is not read: no file of a case has this name", hint)


def bundled() -> tuple[str, ...]:
    """Give the names of the bundled cases."""
    folder = files("ceasefire.cases")
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.joinpath("case.yaml").is_file()))


def build(found: Files) -> tuple[Case, tuple[Problem, ...]]:
    """Put a case together.

    Returns
    -------
    Case
    tuple of Problem
        Warnings.

    Raises
    ------
    CaseError
        With every problem of every file.
    """
    given = found.values.get("case.yaml")
    if not isinstance(given, Given) or found.problems:
        raise CaseError(found.problems)
    as_of: date = given.get("as_of")
    judged: date = given.get("judged", as_of)
    evidence = _sources(found, given)
    told = Told()
    tables = Tables(evidence, told)
    unit = given.get("stake_unit", UNIT)
    judging = Judging(evidence, unit.split(";")[0], judged, as_of)
    builder = Builder(evidence, judging, told, as_of)
    case = Case(
        name=given.get("name"),
        title=given.get("title"),
        summary=given.get("summary", ""),
        place=given.get("place", ""),
        start=given.get("start"),
        as_of=as_of,
        judged=judged,
        horizon_days=given.get("horizon_days", 30),
        stake_unit=unit,
        concept=given.get("concept", "seq"),
        **_told(found, given, evidence, builder, tables),
        **_judgements(found, given, builder),
        sources=(),
        files=tuple(sorted(found.hashes.items())),
        sheets=found.texts.get("sheets.yaml"),
    )
    checks = Checks(case, given, builder.places)
    problems = [
        *evidence.problems,
        *tables.problems,
        *judging.problems,
        *builder.problems,
        *told.problems,
        *told.unknown(),
        *_order(given, judged, as_of),
        *checks.faults(),
    ]
    if problems:
        raise CaseError(dict.fromkeys(problems))
    return replace(case, sources=tuple(evidence.sources.values())), (
        *found.unread,
        *checks.warnings(),
        *told.doubts(case),
        *idle(case, given, builder.places),
    )


def _sources(found: Files, given: Given) -> Evidence:
    evidence = Evidence()
    for name in ("case.yaml", "sources.yaml"):
        listed = given.get("sources", {}) if name == "case.yaml" else found.values.get(name) or {}
        for key, (source, place) in listed.items():
            evidence.named(key, source, place)
    return evidence


def _told(found: Files, given: Given, evidence: Evidence, builder: Builder, tables: Tables) -> dict[str, Any]:
    """Give what sources report: entries of the record, facts, claims, counts and truces."""
    listed = [*_inside(found, "record.yaml", "entries"), *given.get("record", [])]
    entries = tuple(builder.entry(entry) for entry, _ in listed)
    facts = tuple(builder.fact(fact) for fact, _ in _inside(found, "leverage-facts.yaml", "facts"))
    shown, texts = found.main.removesuffix("case.yaml"), found.texts
    facts += tables.figures(texts["figures.csv"], f"{shown}figures.csv") if "figures.csv" in texts else ()
    for entry in entries:
        evidence.entry(entry)
    for fact in facts:
        evidence.fact(fact)
    claiming = found.values.get("claims.yaml")
    told_by = claiming.get("source") if isinstance(claiming, Given) else None
    return {
        "record": entries,
        "facts": facts,
        "claims": tuple(builder.claim(claim) for claim, _ in _inside(found, "claims.yaml", "claims")),
        "claims_from": told_by.get("url") if isinstance(told_by, Given) else None,
        "counts": tables.counts(texts["daily.csv"], f"{shown}daily.csv") if "daily.csv" in texts else (),
        "truces": tables.truces(texts["truces.csv"], f"{shown}truces.csv") if "truces.csv" in texts else (),
    }


def _judgements(found: Files, given: Given, builder: Builder) -> dict[str, Any]:
    """Give what the analyst judges: parties with stakes, options, what excludes what, the wanted states, and levers."""
    told = {about.get("code"): about for about, _ in _inside(found, "parties.yaml", "parties")}
    own = given.get("parties", {})
    nobody = Given({}, given.at("parties"), {})
    codes = dict.fromkeys([*own, *told])
    return {
        "parties": tuple(builder.party(code, own[code][0] if code in own else nobody, told.get(code)) for code in codes),
        "options": tuple(option for code, (party, _) in own.items() for option in builder.options(code, party)),
        "bans": tuple(builder.ban(ban) for ban, _ in given.get("infeasible", [])),
        "status_quo": tuple(key.lower() for key, _ in given.get("status_quo", [])),
        "wanted": builder.wanted(given.get("wanted")) if given.has("wanted") else None,
        "levers": tuple(builder.lever(key, lever, place) for key, (lever, place) in given.get("levers", {}).items()),
        "incompatible": tuple((pair[0][0], pair[-1][0]) for pair, _ in given.get("incompatible", [])),
    }


def _inside(found: Files, name: str, field_: str) -> list[tuple[Any, Place]]:
    value = found.values.get(name)
    inside: list[tuple[Any, Place]] = value.get(field_, []) if isinstance(value, Given) else []
    return inside


def _order(given: Given, judged: date, as_of: date) -> list[Problem]:
    problems = []
    if judged > as_of:
        message = f"'judged' is {judged}, after 'as_of' {as_of}"
        problems.append(given.at("judged").problem("later-judgement", message, "date the judgements no later than `as_of`"))
    if given.get("start") > as_of:
        message = f"'start' is {given.get('start')}, after 'as_of' {as_of}"
        problems.append(given.at("start").problem("bad-order", message, "correct one of the two"))
    return problems
