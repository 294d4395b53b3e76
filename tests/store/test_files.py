import signal
import subprocess
import sys

import pytest

from ceasefire.errors import OutputError
from ceasefire.store import sha256_of, staged, write_text

SLOW_WRITER = """
import sys, time
from pathlib import Path
from ceasefire.store import staged
with staged(Path(sys.argv[1])) as draft:
    draft.write_text("new" * 1000)
    print("half", flush=True)
    time.sleep(60)
"""


def test_a_killed_writer_leaves_the_old_file(tmp_path):
    file = tmp_path / "war.txt"
    write_text(file, "old")
    before = sha256_of(file)
    command = [sys.executable, "-c", SLOW_WRITER, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:  # noqa: S603 - our own interpreter
        assert writer.stdout.readline() == "half\n"
        writer.send_signal(signal.SIGKILL)
    assert sha256_of(file) == before


def test_a_failed_block_leaves_nothing_behind(tmp_path):
    def fail():
        with staged(tmp_path / "war.txt") as draft:
            draft.write_text("half")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_the_new_file_replaces_the_old_one_and_folders_are_made(tmp_path):
    file = tmp_path / "a" / "b" / "war.txt"
    write_text(file, "one")
    write_text(file, "two")
    assert file.read_text() == "two"
    assert [p.name for p in file.parent.iterdir()] == ["war.txt"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match=r"war\.txt: cannot be written"):
        write_text(tmp_path / "file" / "war.txt", "x")
