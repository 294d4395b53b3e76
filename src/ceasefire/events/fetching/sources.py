"""The sources that can be fetched: GDELT's file lists, the UCDP interface, ACLED's interface."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from ceasefire.errors import DataError, Problem
from ceasefire.events.fetching.tokens import secret
from ceasefire.events.fetching.wire import Wire
from ceasefire.store import write_text

SOURCES: Mapping[str, str] = {
    "gdelt": "http://data.gdeltproject.org/gdeltv2/masterfilelist.txt",
    "gdelt-translated": "http://data.gdeltproject.org/gdeltv2/masterfilelist-translation.txt",
    "ucdp": "https://ucdpapi.pcr.uu.se/api/gedevents",
    "acled": "https://acleddata.com",
}
"""Where each source publishes; another address may be given instead."""

_LISTED = re.compile(
    r"(\d+) ([0-9a-f]{32}) (https?://\S+/(\d{8})\d{6}\.(?:translation\.)?(export|mentions)\.CSV\.zip)", re.IGNORECASE
)
_PAGE = 1000
_MOST_PAGES = 100_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch brought: files now whole in the folder, of which `already` were there before."""

    files: tuple[Path, ...]
    already: int


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
        Release of UCDP, such as ``25.1`` or ``25.0.3``.
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
    """
    if source not in SOURCES:
        hint = f"one of {', '.join(SOURCES)}; for others see docs/how-to/get-event-data.md"
        raise DataError([Problem("<source>", None, None, "cannot-fetch", f"unknown source {source!r}", hint)])
    if until < since:
        raise DataError([Problem("<source>", None, None, "bad-question", f"{until} is before {since}", "change one of the two")])
    job = _Fetch(since, until, folder, address or SOURCES[source], wire or Wire(), tell)
    if source == "ucdp":
        return job.ucdp(version)
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
        files, already = [], 0
        first, last = f"{self.since:%Y%m%d}", f"{self.until:%Y%m%d}"
        for line in self.wire.page(self.address).decode("utf-8", "replace").splitlines():
            found = _LISTED.fullmatch(line.strip())
            if found is None or not first <= found[4] <= last:
                continue
            if urlsplit(found[3]).netloc != urlsplit(self.address).netloc:
                raise self._odd(f"a file of another place, {urlsplit(found[3]).netloc}")
            target = self.folder / found[3].rsplit("/", 1)[-1]
            if target.exists() and target.stat().st_size == int(found[1]):
                already += 1
            else:
                self.tell(target.name)
                self.wire.file(found[3], target, size=int(found[1]), md5=found[2].lower())
            files.append(target)
        return Fetched(tuple(files), already)

    def ucdp(self, version: str) -> Fetched:
        """Fetch the pages of a release and write them as one CSV file, columns as the source names them."""
        if not re.fullmatch(r"\d\d\.\d+(\.\d+)?", version):
            hint = "give --version, such as 25.1, or 25.0.3 for a candidate month"
            raise DataError([Problem("<version>", None, None, "bad-question", f"no release of UCDP: {version!r}", hint)])
        token = secret("UCDP_TOKEN")
        target = self.folder / f"GEDEvent_v{version.replace('.', '_')}-{self.since:%Y%m%d}-{self.until:%Y%m%d}.csv"
        span = {"pagesize": _PAGE, "StartDate": self.since.isoformat(), "EndDate": self.until.isoformat()}
        headers = {"x-ucdp-access-token": token.reveal()}

        def pages() -> Iterator[list[dict[str, Any]]]:
            for number in range(_MOST_PAGES):
                self.tell(f"page {number + 1}")
                page = self._object(f"{self.address}/{version}?{urlencode(span | {'page': number})}", headers)
                rows = page.get("Result")
                if not isinstance(rows, list):
                    raise self._odd("no list of events under 'Result'")
                yield rows
                if number + 1 >= int(page.get("TotalPages", 0)):
                    return

        return self._written(target, pages())

    def acled(self) -> Fetched:
        """Fetch by the interface with account and password, which give a token for a day."""
        account, password = secret("ACLED_USERNAME"), secret("ACLED_PASSWORD")
        form = {"username": account.reveal(), "password": password.reveal(), "grant_type": "password", "client_id": "acled"}
        given = self._read_object(self.wire.page(f"{self.address}/oauth/token", form=form))
        token = given.get("access_token")
        if not isinstance(token, str):
            raise self._odd("no token for this account")
        target = self.folder / f"acled_{self.since:%Y%m%d}-{self.until:%Y%m%d}.csv"
        span = {"event_date": f"{self.since}|{self.until}", "event_date_where": "BETWEEN", "limit": _PAGE}

        def pages() -> Iterator[list[dict[str, Any]]]:
            for number in range(1, _MOST_PAGES):
                self.tell(f"page {number}")
                query = urlencode(span | {"page": number, "_format": "json"})
                page = self._object(f"{self.address}/api/acled/read?{query}", {"Authorization": f"Bearer {token}"})
                rows = page.get("data")
                if not isinstance(rows, list):
                    raise self._odd("no list of events under 'data'")
                yield rows
                if len(rows) < _PAGE:
                    return

        return self._written(target, pages())

    def _object(self, address: str, headers: Mapping[str, str]) -> dict[str, Any]:
        return self._read_object(self.wire.page(address, headers))

    def _read_object(self, page: bytes) -> dict[str, Any]:
        try:
            found = json.loads(page)
        except (ValueError, RecursionError) as error:
            raise self._odd("no JSON") from error
        if not isinstance(found, dict):
            raise self._odd("no JSON object")
        return found

    def _written(self, target: Path, pages: Iterable[list[dict[str, Any]]]) -> Fetched:
        rows = [row for page in pages for row in page]
        if not all(isinstance(row, dict) for row in rows):
            raise self._odd("an event that is no JSON object")
        if not rows:
            return Fetched((), 0)
        names = list(dict.fromkeys(name for row in rows for name in row))
        out = io.StringIO()
        writer = csv.DictWriter(out, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
        write_text(target, out.getvalue())
        return Fetched((target,), 0)

    def _odd(self, reason: str) -> DataError:
        hint = "the source may have changed its interface; download the file by hand and import it"
        return DataError([Problem(self.address, None, None, "fetch-refused", f"answers with {reason}", hint)])
