"""Atomic files and their hashes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

from ceasefire.errors import OutputError


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """Give a temporary path in the same folder; when the block ends well it becomes `path`, otherwise it is removed.

    Missing folders are made. The data are on disk before the name is.

    Raises
    ------
    OutputError
        If the folder or the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with staged(Path(folder) / "war.txt") as draft:
    ...         _ = draft.write_text("peace")
    ...     (Path(folder) / "war.txt").read_text()
    'peace'
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _refused(path, error) from error
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        _to_disk(draft)
        draft.chmod(0o644)
        draft.replace(path)
        _to_disk(path.parent)
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def write_text(path: Path, text: str) -> None:
    """Write a whole UTF-8 file, or leave the old one; OutputError if it cannot be written."""
    with staged(path) as draft:
        draft.write_bytes(text.encode())


def sha256_of(data: bytes | Path) -> str:
    """Give the SHA-256 of bytes, or of a file's bytes, in hexadecimal.

    Examples
    --------
    >>> sha256_of(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data if isinstance(data, bytes) else data.read_bytes()).hexdigest()


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written: {error.strerror or error}\n  hint: choose another folder, or free the place")
