"""A process beside this one: its work is done whatever becomes of it."""

import math
import os
import signal
import time
from concurrent.futures import CancelledError, Future

import pytest

from ceasefire.cli.beside import Beside


def test_work_is_done_by_another_process() -> None:
    with Beside() as helper:
        assert helper.submit(os.getpid).result() != os.getpid()
        assert helper.submit(math.comb, 4, 2).result() == 6


def test_work_of_a_process_that_was_ended_is_done_here() -> None:
    with Beside() as helper:
        process = helper.submit(os.getpid).result()
        helper.submit(time.sleep, 60)
        lost = helper.submit(os.getpid)
        os.kill(process, signal.SIGTERM)
        assert lost.result() == os.getpid()
        assert helper.submit(os.getpid).result() == os.getpid()


def test_an_error_of_the_work_is_that_of_its_result() -> None:
    with Beside() as helper, pytest.raises(ValueError, match="invalid literal"):
        helper.submit(int, "ten").result()


def _begin_and_stop(errands: list[Future[None]]) -> None:
    with Beside() as helper:
        errands += [helper.submit(time.sleep, 0.2) for _ in range(6)]
        raise KeyboardInterrupt


def test_an_interrupt_drops_what_has_not_begun() -> None:
    errands: list[Future[None]] = []
    with pytest.raises(KeyboardInterrupt):
        _begin_and_stop(errands)
    with pytest.raises(CancelledError):
        errands[-1].result()
