"""Which files are meant: those that are named, and those in folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ceasefire.errors import DataError, Problem


def each_file(paths: Iterable[Path], store: Path | None = None) -> Iterator[Path]:
    """Give each file that is named, and of a folder every file in the order of names.

    Those that begin with a dot are left out, and the `store` itself, which may stand among the files it is made from.
    """
    for path in paths:
        if path.is_dir():
            yield from sorted(_below(path, set() if store is None else {os.path.realpath(store)}))
        else:
            yield path


def _below(folder: Path, seen: set[str]) -> Iterator[Path]:
    """Give the files in a folder and those below it, also below linked ones, but in each place once and in none that was seen."""
    for place, folders, files in os.walk(folder, followlinks=True, onerror=_raise):
        if (real := os.path.realpath(place)) in seen:
            folders.clear()
            continue
        seen.add(real)
        yield from (file for name in files if not name.startswith(".") and (file := Path(place, name)).is_file())


def _raise(error: OSError) -> None:
    message, hint = f"cannot be read: {error.strerror}", "give the path of a folder you may read"
    raise DataError([Problem(str(error.filename), None, None, "missing-file", message, hint)])


def check_files(paths: Iterable[Path]) -> None:
    """Raise DataError for paths that do not exist and folders without files, all at once, before anything is imported."""
    problems = []
    for path in paths:
        if not path.exists():
            hint = "give the path of a file or folder"
            problems.append(Problem(str(path), None, None, "missing-file", "no such file or folder", hint))
        elif not any(each_file([path])):
            hint = "give the folder in which the files are; those whose names begin with a dot are left out"
            problems.append(Problem(str(path), None, None, "empty-file", "a folder that holds no file", hint))
    if problems:
        raise DataError(problems)
