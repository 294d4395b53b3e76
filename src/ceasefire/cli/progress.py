"""One line on a terminal that says what is being done; silence in a pipe."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from ceasefire.errors import visible


class Progress:
    """Show the present step on standard error while the block runs; nothing where that is no terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def tell(self, step: str) -> None:
        """Replace the line by `step`."""
        if self._shown:
            sys.stderr.write(f"\r\x1b[K{visible(step)} ...")
            sys.stderr.flush()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
