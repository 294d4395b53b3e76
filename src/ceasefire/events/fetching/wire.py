"""Getting bytes over a network that drops, cuts off, says wait, and sometimes lies."""

from __future__ import annotations

import hashlib
import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ceasefire.errors import CeasefireError, DataError, LimitError, Problem
from ceasefire.store import staged

_BLOCK = 1 << 18
_MOST_PAGE = 256 << 20
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


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows no redirect that would carry a token to another host or off an encrypted connection."""

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
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            raise _refused(req.full_url, "redirect-refused", f"sends on to another place, {new.scheme}://{new.hostname}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


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
                try:
                    while block := answer.read(_BLOCK):
                        out.write(block)
                except (OSError, http.client.HTTPException) as error:
                    raise _RetryError(f"connection lost: {type(error).__name__}") from error
            expected = answer.headers.get("Content-Length")
            got = part.stat().st_size - (have if goes_on else 0)
            if expected is not None and expected.isdecimal() and got < int(expected):
                raise _RetryError(f"cut off after {got} of {expected} bytes")

    def _read(self, answer: http.client.HTTPResponse, most: int) -> bytes:
        try:
            page = answer.read(most)
        except (OSError, http.client.HTTPException) as error:
            raise _RetryError(f"connection lost: {type(error).__name__}") from error
        expected = answer.headers.get("Content-Length")
        if expected is not None and expected.isdecimal() and len(page) < min(int(expected), most):
            raise _RetryError(f"cut off after {len(page)} of {expected} bytes")
        return page

    def _open(self, address: str, headers: Mapping[str, str], data: bytes | None) -> http.client.HTTPResponse:
        if urllib.parse.urlsplit(address).scheme not in {"http", "https"}:
            raise _refused(address, "fetch-failed", "is no address of the web")
        request = urllib.request.Request(address, data=data, headers={"User-Agent": "ceasefire", **headers})  # noqa: S310 - checked
        opener = urllib.request.build_opener(_SameHost)
        try:
            answer: http.client.HTTPResponse = opener.open(request, timeout=self.timeout)
        except urllib.error.HTTPError as error:
            with error:
                raise self._said_no(address, error.code, error.headers.get("Retry-After")) from None
        except (OSError, http.client.HTTPException) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else type(error).__name__
            raise _RetryError(f"no connection: {reason}") from None
        return answer

    def _said_no(self, address: str, status: int, retry_after: str | None) -> CeasefireError:
        hint = _HINTS.get(status, "see the source's own pages")
        if status in self.held_by:
            wait = float(retry_after) if retry_after is not None and retry_after.isdecimal() else None
            return _RetryError(f"the server answers {status}{f': {hint}' if status in _HINTS else ''}", wait)
        return _refused(address, "fetch-refused", f"the server answers {status}", hint)


def _refused(address: str, code: str, message: str, hint: str = "see the source's own pages") -> DataError:
    return DataError([Problem(_bare(address), None, None, code, message, hint)])


def _bare(address: str) -> str:
    """Give an address without what follows '?': a query can hold a token."""
    return address.split("?", 1)[0]


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
