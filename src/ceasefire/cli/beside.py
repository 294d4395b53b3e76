"""One process beside this one, whose loss costs time and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from types import TracebackType
from typing import Any


class Beside(Executor):
    """An executor of one fresh process; what that process cannot do, not let start or ended by others, is done here instead."""

    def __init__(self) -> None:
        self._process = ProcessPoolExecutor(1, mp_context=get_context("spawn"))

    def submit(self, do: Callable[..., Any], /, *what: Any, **named: Any) -> Future[Any]:
        """Begin a piece of work."""
        return _Errand(self._process, partial(do, *what, **named))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the process; after an error or an interrupt what has not begun is dropped."""
        self.shutdown(cancel_futures=kind is not None)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the process."""
        self._process.shutdown(wait, cancel_futures=cancel_futures)


class _Errand(Future[Any]):
    """Work of another process that is done here where its result is asked for and the process is gone."""

    def __init__(self, process: Executor, do: Callable[[], Any]) -> None:
        super().__init__()
        self._do = do
        self._begun: Future[Any] | None = None
        try:
            self._begun = process.submit(do)
        except (BrokenExecutor, OSError):
            return

    def result(self, timeout: float | None = None) -> Any:
        if self._begun is not None:
            try:
                return self._begun.result(timeout)
            except BrokenExecutor:
                self._begun = None
        return self._do()
