import errno
import os
import signal
import subprocess
import sys

import pytest

from ceasefire.errors import OutputError
from ceasefire.store import sha256_of, staged, write_bytes, write_text

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


def test_a_folder_in_the_way_is_named_with_a_hint_and_no_draft_stays(tmp_path):
    (tmp_path / "war.txt").mkdir()
    with pytest.raises(OutputError, match=r"war\.txt: cannot be written: .*\n  hint: a folder has that name"):
        write_text(tmp_path / "war.txt", "x")
    assert [p.name for p in tmp_path.iterdir()] == ["war.txt"]


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (errno.EACCES, "may not write"),
        (errno.EROFS, "only be read"),
        (errno.ENOSPC, "disk is full"),
        (errno.EIO, "choose another folder"),
    ],
)
def test_the_reason_of_a_refusal_gives_the_hint(tmp_path, monkeypatch, code, hint):
    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    write = lambda: write_text(tmp_path / "war.txt", "x")
    with pytest.raises(OutputError, match=hint):
        write()
    assert list(tmp_path.iterdir()) == []


def test_an_error_about_another_file_is_not_taken_for_a_refusal_to_write(tmp_path):
    def copy():
        with staged(tmp_path / "war.txt") as draft:
            draft.write_bytes((tmp_path / "absent.txt").read_bytes())

    with pytest.raises(FileNotFoundError, match=r"absent\.txt"):
        copy()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    if os.access(locked, os.W_OK):
        pytest.skip("this user may write everywhere")
    with pytest.raises(OutputError, match="may not write there"):
        write_text(locked / "war.txt", "x")


def test_a_replaced_file_keeps_its_permissions_and_a_new_one_follows_the_users_mask(tmp_path):
    file = tmp_path / "war.txt"
    old_mask = os.umask(0o027)
    try:
        write_text(file, "one")
    finally:
        os.umask(old_mask)
    assert file.stat().st_mode & 0o777 == 0o640
    file.chmod(0o600)
    write_text(file, "two")
    assert file.stat().st_mode & 0o777 == 0o600


def test_bytes_are_written_as_given_and_text_keeps_its_line_ends(tmp_path):
    write_bytes(tmp_path / "a", b"\xff\x00\r\n")
    write_text(tmp_path / "b", "Türkiye\n")
    assert (tmp_path / "a").read_bytes() == b"\xff\x00\r\n"
    assert (tmp_path / "b").read_bytes() == "Türkiye\n".encode()


def test_a_library_may_remove_the_draft_and_make_it_anew(tmp_path):
    with staged(tmp_path / "war.txt") as draft:
        draft.unlink()
        draft.write_text("new")
    assert (tmp_path / "war.txt").read_text() == "new"


def test_the_hash_of_a_file_is_the_hash_of_its_bytes(tmp_path):
    data = os.urandom(300_000)
    write_bytes(tmp_path / "a", data)
    assert sha256_of(tmp_path / "a") == sha256_of(data)
