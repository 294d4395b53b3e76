"""Atomic files and their hashes."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from ceasefire.errors import OutputError

_HINTS = {
    errno.EACCES: "you may not write there: choose another folder",
    errno.EPERM: "you may not write there: choose another folder",
    errno.EROFS: "that disk can only be read: choose another folder",
    errno.ENOSPC: "the disk is full: free some space, or choose another disk",
    errno.EDQUOT: "your share of the disk is used up: free some space",
    errno.EISDIR: "a folder has that name: choose another name",
    errno.ENOTDIR: "a file stands where a folder is needed: choose another folder",
    errno.EEXIST: "a file stands where a folder is needed: choose another folder",
    errno.ENAMETOOLONG: "choose a shorter name",
}


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """Give a temporary path in the same folder; when the block ends well it becomes `path`, otherwise it is removed.

    Missing folders are made. The data are on disk before the name is. A replaced file keeps its permissions. A process
    killed inside the block leaves the old file untouched, and beside it a draft named ``.<name>.<random>.draft``.

    Parameters
    ----------
    path : Path
        The file to write or replace.

    Yields
    ------
    Path
        An empty file to write to; it may also be removed and made anew, as some libraries do.

    Raises
    ------
    OutputError
        If the folder or the file cannot be written. Errors about other files pass through as they are.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with staged(Path(folder) / "war.txt") as draft:
    ...         _ = draft.write_text("peace")
    ...     (Path(folder) / "war.txt").read_text()
    'peace'
    """
    draft = path.with_name(f".{path.name[:80]}.{token_hex(6)}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        raise _refused(path, error) from error
    try:
        yield draft
        to_disk(draft)
        if path.is_file():
            draft.chmod(path.stat().st_mode & 0o777)
        draft.replace(path)
        to_disk(path.parent)
    except OSError as error:
        if _is_about_another_file(error, draft):
            raise
        raise _refused(path, error) from error
    finally:
        draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a whole UTF-8 file with the line ends given, or leave the old one; OutputError if it cannot be written."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write a whole file, or leave the old one; OutputError if it cannot be written."""
    with staged(path) as draft:
        draft.write_bytes(data)


def sha256_of(data: bytes | Path) -> str:
    """Give the SHA-256 of bytes, or of a file's bytes, in hexadecimal.

    Examples
    --------
    >>> sha256_of(b"")[:8]
    'e3b0c442'
    """
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    with data.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_disk(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk before anything else is done."""
    if path.is_dir() and os.name == "nt":  # Windows cannot open a folder
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_about_another_file(error: OSError, draft: Path) -> bool:
    return isinstance(error.filename, str | os.PathLike) and Path(error.filename) not in {draft, draft.parent}


def _refused(path: Path, error: OSError) -> OutputError:
    hint = _HINTS.get(error.errno or 0, "choose another folder, or free the place")
    return OutputError(f"{path}: cannot be written: {error.strerror or error}\n  hint: {hint}")
