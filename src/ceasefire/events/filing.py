"""How the store stands on disk: batches that never change, one pointer file that names them, one lock for who writes.

A batch is a folder with Parquet files and `batch.json`. It is made under a draft name, renamed, and only then named by
`current.json`, which is replaced whole. A killed writer leaves the old pointer and perhaps a draft, which the next writer removes.
Readers never lock: the batches that a pointer names stay as they are, also for a while after others took their place.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex

from ceasefire.errors import DataError, OutputError, Problem
from ceasefire.events.loading import Counts
from ceasefire.store import to_disk, write_text

POINTER = "current.json"
_DRAFT = ".draft-"
_LOCK = ".lock"
_VERSION = 2


@dataclass(frozen=True, slots=True)
class Span:
    """What a batch holds of one source: rows per month, and the range of ids where all are whole numbers."""

    months: dict[str, int]
    low_id: int | None
    high_id: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """One import that was committed.

    Parameters
    ----------
    name : str
        Of its folder; batches are numbered in the order of their commits.
    files : tuple of Counts
    spans : dict of str to Span
        By source.
    mentions : int
        Rows of mentions.
    outdated : int
        Notes on rows, of this batch or earlier ones, that other rows of the same key put out of date.
    starts : tuple of int
        The first row of each import whose rows it holds, oldest first: of rows that repeat one another, that of the last import
        counts, also after a merge.
    """

    name: str
    files: tuple[Counts, ...]
    spans: dict[str, Span]
    mentions: int
    outdated: int
    starts: tuple[int, ...] = (0,)

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return int(self.name.rsplit("-", 1)[-1])

    def to_json(self) -> str:
        """Give its description as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def batches(root: Path) -> tuple[Batch, ...]:
    """Give the committed batches, oldest first; none where the folder holds no store yet.

    Raises
    ------
    DataError
        If the pointer or a batch it names cannot be read.
    """
    pointer = root / POINTER
    try:
        if not pointer.exists():
            return ()
        return tuple(_batch(root / name / "batch.json", name) for name in _named(pointer)["batches"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise broken(pointer, str(error)) from error


def _named(pointer: Path) -> dict[str, list[str]]:
    """Give the batches that a pointer names, and the former ones that stay for readers that still have their names."""
    given = json.loads(pointer.read_text(encoding="utf-8"))
    if given["version"] != _VERSION:
        raise broken(pointer, f"version {given['version']}, expected {_VERSION}")
    return {"batches": given["batches"], "former": given.get("former", [])}


def _batch(path: Path, name: str) -> Batch:
    given = json.loads(path.read_text(encoding="utf-8"))
    return Batch(
        name=name,
        files=tuple(Counts(**counts) for counts in given["files"]),
        spans={source: Span(**span) for source, span in given["spans"].items()},
        mentions=int(given["mentions"]),
        outdated=int(given["outdated"]),
        starts=tuple(map(int, given["starts"])),
    )


def broken(path: Path, reason: str) -> DataError:
    """Give the error of a store, or a file of it, that cannot be read."""
    hint = "the store was changed by hand or its disk is damaged; import the files again into a new folder"
    return DataError([Problem(str(path), None, None, "broken-store", f"cannot be read: {reason}", hint)])


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Hold the lock of the one writer and remove drafts of killed ones.

    Raises
    ------
    OutputError
        If the folder cannot be written, or another import is running.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        handle = os.open(root / _LOCK, os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise OutputError(f"{root}: cannot be written: {error.strerror}\n  hint: choose another folder with --store") from error
    try:
        try:
            _lock(handle)
        except OSError as error:
            raise OutputError(f"{root}: another import is running\n  hint: wait until it ends, or use another --store") from error
        _clear(root)
        yield
    finally:
        os.close(handle)


def _clear(root: Path) -> None:
    """Remove what killed writers left: drafts of batches and of the pointer, scratch, batches that no pointer names."""
    named = {batch.name for batch in batches(root)}
    if named:
        named |= {*_named(root / POINTER)["former"]}
    for path in root.iterdir():
        if path.is_dir():
            unnamed = path.name.startswith("batch-") and path.name not in named
            if unnamed or path.name.startswith((_DRAFT, ".scratch-")):
                shutil.rmtree(path)
        elif path.match(f".{POINTER}.*.draft"):
            path.unlink()


def _lock(handle: int) -> None:
    """Lock an open file for this process alone, or raise OSError at once; the system lets go of it when the file is closed.

    Windows locks bytes of a file, other systems the whole of it.
    """
    if os.name == "nt":
        import msvcrt  # noqa: PLC0415 - only there

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl  # noqa: PLC0415 - only there

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def draft(root: Path) -> Path:
    """Make a new draft folder."""
    folder = root / f"{_DRAFT}{token_hex(6)}"
    folder.mkdir()
    return folder


def commit(root: Path, folder: Path, batch: Batch, before: tuple[Batch, ...], former: Sequence[str] | None = None) -> None:
    """Make a draft a batch that readers see; from the replacement of the pointer on, and not before.

    `former` names the batches that it takes the place of; without it those of the last time stay.
    """
    write_text(folder / "batch.json", batch.to_json())
    for file in folder.iterdir():
        to_disk(file)
    folder.rename(root / batch.name)
    to_disk(root)
    names = [one.name for one in (*before, batch)]
    if former is None:
        former = _named(root / POINTER)["former"] if before else []
    write_text(root / POINTER, json.dumps({"version": _VERSION, "batches": names, "former": list(former)}, indent=1) + "\n")
