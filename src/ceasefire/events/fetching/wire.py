"""Getting bytes over a network that drops, cuts off, says wait, and sometimes lies."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO

from ceasefire.errors import CeasefireError, DataError, LimitError, Problem
from ceasefire.store import staged

_BLOCK = 1 << 18
_MOST_PAGE = 256 << 20
_MOST_ERROR = 1 << 16
_MOST_WORDS = 200
_SAID_UNDER = ("message", "error_description", "error", "detail", "title", "messages")
_HOLD_ON = frozenset({408, 425, 429, 500, 502, 503, 504})
_HINTS = {
    400: "the source may have been asked too fast, or for a version it does not have",
    401: "the token is missing, wrong or out of date",
    403: "the token does not open these data; some accounts have no access",
    404: "the source has nothing of that name",
}


class _RetryError(CeasefireError):
    """A failure after which another try may do."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class NotThereError(DataError):
    """The source has nothing of that name."""


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows no redirect that would carry a token to another host or off an encrypted connection; onto one it may go."""

    def redirect_request(  # noqa: PLR0917 - the signature is the library's
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        old, new = urllib.parse.urlsplit(req.full_url), urllib.parse.urlsplit(newurl)
        if (old.scheme, old.netloc) != (new.scheme, new.netloc) and not _is_upgrade(old, new):
            raise _refused(req.full_url, "redirect-refused", f"sends on to another place, {new.scheme}://{new.hostname}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _is_upgrade(old: urllib.parse.SplitResult, new: urllib.parse.SplitResult) -> bool:
    """Whether the same host is asked for the same over an encrypted connection, both on their usual ports."""
    return (old.scheme, new.scheme) == ("http", "https") and (old.netloc == new.netloc == (old.hostname or ""))


@dataclass(frozen=True, slots=True)
class Wire:
    """How to fetch.

    Parameters
    ----------
    tries : int
        Of one address before giving up.
    timeout : float
        Seconds without a byte after which a try has failed.
    longest_wait : float
        Seconds; where a server asks for longer, it is told to the user instead.
    sleep : callable
        Waits for a number of seconds.
    held_by : frozenset of int
        Answers after which another try may do.
    """

    tries: int = 5
    timeout: float = 30.0
    longest_wait: float = 120.0
    sleep: Callable[[float], None] = time.sleep
    held_by: frozenset[int] = _HOLD_ON

    def page(self, address: str, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None) -> bytes:
        """Get a page of at most 256 MB; `form` is sent as a form if given.

        Raises
        ------
        DataError
            If the server says no, or goes on failing.
        LimitError
            If the page is larger.
        """
        return self._tried(address, lambda: self._page(address, headers or {}, form))

    def file(self, address: str, target: Path, *, size: int | None = None, md5: str | None = None) -> None:
        """Get a file, going on where an earlier try broke off; nothing takes its place unless size and checksum are right.

        What came before a failure stays beside the target under the name ``<name>.part`` and is gone on with next time.

        Raises
        ------
        DataError
            If the server says no, goes on failing, or sends other bytes than announced.
        OSError
            If it cannot be written.
        """
        part = target.with_name(f"{target.name}.part")
        target.parent.mkdir(parents=True, exist_ok=True)
        self._tried(address, lambda: self._rest(address, part, size=size, md5=md5))
        with staged(target) as draft:
            part.replace(draft)

    def _tried(self, address: str, get: Callable[[], bytes]) -> bytes:
        for attempt in range(1, self.tries + 1):
            try:
                return get()
            except _RetryError as error:
                if attempt == self.tries:
                    hint = "try again later; what was fetched stays and is gone on with"
                    raise _refused(address, "fetch-failed", f"failed {attempt} times, the last: {error}", hint) from error
                wait = 2.0 ** (attempt - 1) if error.wait is None else error.wait
                if wait > self.longest_wait:
                    raise _refused(address, "fetch-failed", f"asks to wait {wait:.0f} seconds", "try again then") from error
                self.sleep(wait)
        raise AssertionError("there is at least one try")

    def _page(self, address: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> bytes:
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        with self._open(address, headers, data) as answer:
            page = self._read(answer, _MOST_PAGE + 1)
            expected = answer.headers.get("Content-Length")
        if expected is not None and expected.isdecimal() and len(page) < min(int(expected), _MOST_PAGE + 1):
            raise _RetryError(f"cut off after {len(page)} of {expected} bytes")
        if len(page) > _MOST_PAGE:
            raise LimitError(f"{_bare(address)}: a page of more than {_MOST_PAGE} bytes\n  hint: ask for a shorter span of days")
        return page

    def _rest(self, address: str, part: Path, *, size: int | None, md5: str | None) -> bytes:
        have = part.stat().st_size if part.exists() else 0
        if size is not None and have > size:
            part.unlink()
            have = 0
        if size is None or have < size:
            self._append(address, part, have)
        found = part.stat().st_size
        if size is not None and found < size:
            raise _RetryError(f"cut off after {found} of {size} bytes")
        if (size is not None and found > size) or (md5 is not None and _md5(part) != md5):
            part.unlink()
            raise _RetryError(f"{found} bytes with another checksum or size than announced")
        return b""

    def _append(self, address: str, part: Path, have: int) -> None:
        with self._open(address, {"Range": f"bytes={have}-"} if have else {}, None) as answer:
            goes_on = have > 0 and answer.status == 206
            with part.open("ab" if goes_on else "wb") as out:
                while block := self._read(answer, _BLOCK):
                    out.write(block)
            expected = answer.headers.get("Content-Length")
            got = part.stat().st_size - (have if goes_on else 0)
            if expected is not None and expected.isdecimal() and got < int(expected):
                raise _RetryError(f"cut off after {got} of {expected} bytes")

    def _read(self, answer: http.client.HTTPResponse, most: int) -> bytes:
        try:
            return answer.read(most)
        except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: a chunk of no size
            raise _RetryError(f"connection lost: {type(error).__name__}") from error

    def _open(self, address: str, headers: Mapping[str, str], data: bytes | None) -> http.client.HTTPResponse:
        try:
            if urllib.parse.urlsplit(address).scheme not in {"http", "https"}:
                raise _refused(address, "fetch-failed", "is no address of the web")
            request = urllib.request.Request(address, data=data, headers={"User-Agent": "ceasefire", **headers})  # noqa: S310 - checked
            opener = urllib.request.build_opener(_SameHost)
            answer: http.client.HTTPResponse = opener.open(request, timeout=self.timeout)
        except urllib.error.HTTPError as error:
            with error:
                raise self._said_no(address, error) from None
        except (OSError, http.client.HTTPException) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else type(error).__name__
            raise _RetryError(f"no connection: {reason}") from None
        except ValueError:  # an address, here or in a redirect, that cannot be read
            raise _refused(address, "fetch-failed", "is, or sends on to, no address of the web") from None
        return answer

    def _said_no(self, address: str, error: urllib.error.HTTPError) -> CeasefireError:
        hint = _HINTS.get(error.code, "see the source's own pages")
        message = f"the server answers {error.code}{_quoted(error)}"
        if error.code in self.held_by:
            return _RetryError(f"{message}{f': {hint}' if error.code in _HINTS else ''}", _wait(error.headers))
        kind = NotThereError if error.code in {404, 410} else DataError
        return kind(_refused(address, "fetch-refused", message, hint).problems)


def _wait(headers: Message) -> float | None:
    """Give the seconds that a server asks to wait, which it writes as such or as the time from which on it may be asked."""
    given = headers.get("Retry-After", "")
    if given.isdecimal():
        return float(given)
    try:
        until = parsedate_to_datetime(given)
        now = parsedate_to_datetime(headers["Date"]) if "Date" in headers else datetime.now(UTC)
        return max((until - now).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _quoted(error: urllib.error.HTTPError) -> str:
    try:
        said = words_of(json.loads(error.read(_MOST_ERROR)))
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        return ""
    return f" ({said})" if said else ""


def words_of(page: object) -> str:
    """Give what a source says in its own words where an answer in JSON is an error; nothing where there are none.

    Examples
    --------
    >>> words_of({"error": {"message": "Access denied"}}), words_of({"data": []})
    ('Access denied', '')
    """
    for _ in range(3):
        if not isinstance(page, dict):
            break
        page = next((page[name] for name in _SAID_UNDER if page.get(name)), "")
    text = " ".join(page.split()) if isinstance(page, str) else ""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:_MOST_WORDS])


def _refused(address: str, code: str, message: str, hint: str = "see the source's own pages") -> DataError:
    return DataError([Problem(_bare(address), None, None, code, message, hint)])


def _bare(address: str) -> str:
    """Give an address without what follows '?': a query can hold a token."""
    return address.split("?", 1)[0]


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
