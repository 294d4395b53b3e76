"""Processes that share work among commands."""

from __future__ import annotations

import os
from typing import Any


def pool(workers: int) -> Any:
    """Give an executor of so many fresh processes as a context; None inside it where one is enough."""
    from contextlib import nullcontext  # noqa: PLC0415

    return _fresh(workers) if workers > 1 else nullcontext()


def beside() -> Any:
    """Give an executor of one fresh process beside this one as a context; None inside it on a single core."""
    from contextlib import nullcontext  # noqa: PLC0415

    return _fresh(1) if (os.cpu_count() or 1) > 1 else nullcontext()


def _fresh(workers: int) -> Any:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
