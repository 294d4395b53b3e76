"""Processes that share work among commands."""

from __future__ import annotations

import os
from typing import Any


def pool(workers: int) -> Any:
    """Give an executor of so many fresh processes as a context; None inside it where one is enough."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from contextlib import nullcontext  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    return ProcessPoolExecutor(workers, mp_context=get_context("spawn")) if workers > 1 else nullcontext()


def beside() -> Any:
    """Give an executor of one fresh process beside this one as a context; None inside it where there can be none or on one core."""
    from contextlib import nullcontext  # noqa: PLC0415

    if (os.cpu_count() or 1) == 1:
        return nullcontext()
    try:
        from ceasefire.cli.beside import Beside  # noqa: PLC0415

        return Beside()
    except (ImportError, NotImplementedError, OSError):  # a system without shared semaphores
        return nullcontext()
