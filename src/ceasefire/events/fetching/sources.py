"""The sources that can be fetched: GDELT's file lists, the UCDP interface, ACLED's interface."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeAlias
from urllib.parse import urlencode, urlsplit

from ceasefire.errors import DataError, OutputError, Problem
from ceasefire.events.fetching.tokens import secret
from ceasefire.events.fetching.wire import NotThereError, Wire, words_of
from ceasefire.events.presets import meant
from ceasefire.store import staged

SOURCES: Mapping[str, str] = {
    "gdelt": "http://data.gdeltproject.org/gdeltv2/masterfilelist.txt",
    "gdelt-translated": "http://data.gdeltproject.org/gdeltv2/masterfilelist-translation.txt",
    "ucdp": "https://ucdpapi.pcr.uu.se/api/gedevents",
    "acled": "https://acleddata.com",
}
"""Where each source publishes; another address may be given instead."""

_LISTED = re.compile(
    r"^\s*(\d{1,12}) ([0-9a-f]{32}) (https?://\S+/(\d{8})\d{6}\.(?:translation\.)?(?:export|mentions)\.CSV\.zip)\s*$",
    re.IGNORECASE | re.MULTILINE | re.ASCII,
)
_RELEASE = r"\d\d\.\d+(\.\d+(\.\d+)?)?"
_PAGE = 1000
_PATIENCE = 7
_ACLED_ROWS = 5000
_MOST_PAGES = 100_000
_Part: TypeAlias = tuple[list[dict[str, Any]], int | None]
"""Rows of one answer, and how many there are in all where the source says so."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch brought: files now whole in the folder, of which `already` were there before; `notes` say what is odd."""

    files: tuple[Path, ...]
    already: int
    notes: tuple[str, ...] = ()


def fetch(
    source: str,
    since: date,
    until: date,
    folder: Path,
    *,
    version: str = "",
    address: str = "",
    wire: Wire | None = None,
    tell: Callable[[str], None] = lambda step: None,
) -> Fetched:
    """Fetch the files of a source for a span of days into a folder.

    Parameters
    ----------
    source : str
        One of `SOURCES`.
    since, until : date
        First and last day, both included.
    folder : Path
        Files that are whole there are not fetched again; a file broken off is gone on with.
    version : str
        Release of UCDP, such as ``25.1``, or of its candidates, ``25.0.3`` for a month and ``25.01.25.06`` for January to June.
    address : str
        Instead of the source's own.
    wire : Wire, optional
    tell : callable
        Called with one line before each file or page.

    Returns
    -------
    Fetched

    Raises
    ------
    DataError
        If the source is unknown, a needed token or version is missing, or the source fails.
    OutputError
        If the folder cannot be written.
    """
    if source not in SOURCES:
        hint = f"{meant(source, SOURCES)}; for others see docs/how-to/get-event-data.md"
        raise DataError([Problem("<source>", None, None, "cannot-fetch", f"unknown source {source!r}", hint)])
    if until < since:
        raise DataError([Problem("<source>", None, None, "bad-question", f"{until} is before {since}", "change one of the two")])
    job = _Fetch(since, until, folder, address or SOURCES[source], wire or Wire(), tell)
    try:
        return _of_source(job, source, version)
    except OSError as error:
        hint = "free some space, let no other fetch write there, or choose another --folder"
        raise OutputError(f"{folder}: cannot be written: {error.strerror or error}\n  hint: {hint}") from error


def _of_source(job: _Fetch, source: str, version: str) -> Fetched:
    if source == "ucdp":  # says 400 to who asks too fast
        return replace(job, wire=replace(job.wire, held_by=job.wire.held_by | {400})).ucdp(version)
    return job.acled() if source == "acled" else job.gdelt()


@dataclass(frozen=True, slots=True)
class _Fetch:
    since: date
    until: date
    folder: Path
    address: str
    wire: Wire
    tell: Callable[[str], None]

    def gdelt(self) -> Fetched:
        """Fetch what the file list names, by its sizes and checksums."""
        self.tell("file list")
        files, already, gone = [], 0, []
        first, last = f"{self.since:%Y%m%d}", f"{self.until:%Y%m%d}"
        listed: list[str] = []
        for found in _LISTED.finditer(self.wire.page(self.address).decode("utf-8", "replace")):
            listed = [min([found[4], *listed[:1]]), max([found[4], *listed[1:]])]
            if not first <= found[4] <= last:
                continue
            if _netloc(found[3]) != _netloc(self.address):
                raise self._odd(f"a file of another place, {_netloc(found[3])}")
            target = self.folder / found[3].rsplit("/", 1)[-1]
            if target.exists() and target.stat().st_size == int(found[1]):
                already += 1
            else:
                self.tell(target.name)
                try:
                    self.wire.file(found[3], target, size=int(found[1]), md5=found[2].lower())
                except NotThereError:
                    gone.append(target.name)
                    continue
            files.append(target)
        if not listed:
            raise self._odd("no list of event files")
        notes = [f"listed, but not there at the source: {', '.join(gone)}"] if gone else []
        if not files and not gone:
            notes = [f"the list has no file of these days, only from {listed[0]} to {listed[1]}"]
        return Fetched(tuple(files), already, tuple(notes))

    def ucdp(self, version: str) -> Fetched:
        """Fetch the pages of a release and write them as one CSV file, columns as the source names them."""
        if not re.fullmatch(_RELEASE, version):
            hint = "give --version, such as 25.1, or 25.0.3 for a candidate month, or 25.01.25.06 for candidates of January to June"
            raise DataError([Problem("<version>", None, None, "bad-question", f"no release of UCDP: {version!r}", hint)])
        token = secret("UCDP_TOKEN")
        target = self.folder / f"GEDEvent_v{version.replace('.', '_')}-{self.since:%Y%m%d}-{self.until:%Y%m%d}.csv"
        span = {"pagesize": _PAGE, "StartDate": self.since.isoformat(), "EndDate": self.until.isoformat()}
        headers = {"x-ucdp-access-token": token.reveal()}

        first = f"{self.address}/{version}?{urlencode(span | {'page': 0})}"
        return self._written(target, self._ucdp_pages(first, headers), "id")

    def _ucdp_pages(self, address: str, headers: Mapping[str, str]) -> Iterator[_Part]:
        """Give page after page, by the address of the next that each names, else by number; and how many rows there are in all.

        Who asks on for long is told to wait up to a minute: more tries then.
        """
        patient = replace(self.wire, tries=max(self.wire.tries, _PATIENCE))
        for number in range(1, _MOST_PAGES):
            self.tell(f"page {number}")
            page = self._object(address, headers, self.wire if number == 1 else patient)
            yield self._rows(page, "Result"), _whole(page.get("TotalCount"))
            following, n_pages = page.get("NextPageUrl"), _whole(page.get("TotalPages"))
            if not following and ("NextPageUrl" in page or number >= (n_pages or 0)):
                if n_pages is not None and number < n_pages:
                    raise self._odd(f"only {number} of {n_pages} pages")
                return
            address = str(following) if following else re.sub(r"page=\d+$", f"page={number}", address)
            if _netloc(address) != _netloc(self.address):
                raise self._odd(f"a page of another place, {_netloc(address)}")
            # the token goes on as safely as before, whatever the link says
            address = urlsplit(address)._replace(scheme=urlsplit(self.address).scheme).geturl()
        raise self._odd("pages without end")

    def acled(self) -> Fetched:
        """Fetch by the interface with account and password, which give a token for a day."""
        account, password = secret("ACLED_USERNAME"), secret("ACLED_PASSWORD")
        form = {"username": account.reveal(), "password": password.reveal(), "grant_type": "password", "client_id": "acled"}
        given = self._read_object(self.wire.page(f"{self.address}/oauth/token", form=form))
        token = given.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise self._odd("no token for this account", given)
        target = self.folder / f"acled_{self.since:%Y%m%d}-{self.until:%Y%m%d}.csv"
        return self._written(target, self._acled_spans(token), "event_id_cnty")

    def _acled_spans(self, token: str) -> Iterator[_Part]:
        """Ask for spans of days, halved until each has few enough rows for one answer: the source has changed its way of paging."""
        spans = [(self.since, self.until)]
        while spans:
            first, last = spans.pop()
            self.tell(f"{first} to {last}")
            asked = {"event_date": f"{first}|{last}", "event_date_where": "BETWEEN", "limit": _ACLED_ROWS, "with_total": "true"}
            query = urlencode(asked | {"_format": "json"})
            page = self._object(f"{self.address}/api/acled/read?{query}", {"Authorization": f"Bearer {token}"})
            rows, total = self._rows(page, "data"), _whole(page.get("total_count"))
            if len(rows) < _ACLED_ROWS and (total is None or total <= len(rows)):
                yield rows, None
            elif first < last:
                middle = first + (last - first) // 2
                spans += [(middle + timedelta(1), last), (first, middle)]
            else:
                raise self._odd(f"only {len(rows)} of {total or 'more'} events of {first}")

    def _rows(self, page: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        rows = page.get(name)
        if not isinstance(rows, list):
            raise self._odd(f"no list of events under {name!r}", page)
        if not all(isinstance(row, dict) for row in rows):
            raise self._odd("an event that is no JSON object")
        return rows

    def _object(self, address: str, headers: Mapping[str, str], wire: Wire | None = None) -> dict[str, Any]:
        return self._read_object((wire or self.wire).page(address, headers))

    def _read_object(self, page: bytes) -> dict[str, Any]:
        try:
            found = json.loads(page)
        except (ValueError, RecursionError) as error:
            is_page = page.lstrip()[:1] == b"<"
            raise self._odd("a web page instead of data: is an account or a login missing?" if is_page else "no JSON") from error
        if not isinstance(found, dict):
            raise self._odd("no JSON object")
        return found

    def _written(self, target: Path, parts: Iterable[_Part], key: str) -> Fetched:
        """Write all rows, each key once; told if they are not as many as the source says. They wait on disk, not in memory."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile("w+", encoding="utf-8", dir=self.folder) as waiting:
            names: dict[str, None] = {}
            seen: set[str] = set()
            expected = None
            for rows, expected in parts:  # noqa: B007 - the last answer counts
                for row in rows:
                    if not isinstance(row.get(key), str | int) or row[key] == "":
                        raise self._odd(f"an event without {key!r}")
                    if str(row[key]) not in seen:
                        seen.add(str(row[key]))
                        names |= dict.fromkeys(row)
                        waiting.write(json.dumps(row) + "\n")
            waiting.seek(0)
            if seen:
                _write_table(target, list(names), map(json.loads, waiting))
        if not seen:
            return Fetched((), 0, ("no event of these days",))
        if expected is None or expected == len(seen):
            return Fetched((target,), 0)
        note = f"{self.address} counts {expected} events, but gave {len(seen)}: it may count some that it does not give"
        return Fetched((target,), 0, (note,))

    def _odd(self, reason: str, page: Mapping[str, Any] | None = None) -> DataError:
        said = words_of(page)
        hint = "the source may have changed its interface; download the file by hand and import it"
        message = f"answers with {reason}{f'; it says: {said}' if said else ''}"
        return DataError([Problem(self.address, None, None, "fetch-refused", message, hint)])


def _write_table(target: Path, names: list[str], rows: Iterable[Mapping[str, Any]]) -> None:
    with staged(target) as draft, draft.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(map(_cell, names))
        writer.writerows([_cell(row.get(name)) for name in names] for row in rows)


def _cell(value: object) -> str:
    """Write a value as a text that UTF-8 can hold."""
    text = "" if value is None else json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return text.encode("utf-8", "replace").decode()


def _netloc(address: str) -> str:
    """Give the place of an address; an unreadable one has none."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | str) and re.fullmatch("[0-9]{1,12}", str(value)) else None
