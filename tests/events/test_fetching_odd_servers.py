"""Servers that answer otherwise than they should, byte for byte as they write it."""

import json
import socket
import threading
from datetime import date
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceasefire.errors import CeasefireError, DataError, OutputError
from ceasefire.events import read
from ceasefire.events.fetching import Wire, fetch, wire
from ceasefire.events.fetching.wire import _is_upgrade, words_of

from . import samples

DAY = date(2020, 10, 10)
TOKEN = "s3cret-token"  # noqa: S105 - made up


class RawServer:
    """Writes one of `answers`, in turn, to each who connects, and hangs up; the last one again and again."""

    def __init__(self):
        self.answers, self.asked = [], []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            with client:
                client.settimeout(5)
                self.asked.append(client.recv(65536).decode())
                client.sendall(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass


@pytest.fixture(scope="module")
def listening():
    made = RawServer()
    yield made
    made.listening.close()


@pytest.fixture
def server(listening):
    listening.asked.clear()
    return listening


def answer(body, *headers, status="200 OK"):
    lines = [f"HTTP/1.1 {status}", *headers, "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + (body if isinstance(body, bytes) else json.dumps(body).encode())


def chunked(*parts, end=b"0\r\n\r\n"):
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + end
    return answer(body, "Transfer-Encoding: chunked")


def quick(waits=None, **more):
    return Wire(tries=3, timeout=5, sleep=[].append if waits is None else waits.append, **more)


def ucdp(server, folder, monkeypatch, *answers, version="25.1", waits=None):
    monkeypatch.setenv("UCDP_TOKEN", TOKEN)
    server.answers = list(answers)
    return fetch("ucdp", DAY, DAY, folder, version=version, address=f"{server.address}/api", wire=quick(waits))


def acled(server, folder, monkeypatch, *answers):
    monkeypatch.setenv("ACLED_USERNAME", "someone@example.org")
    monkeypatch.setenv("ACLED_PASSWORD", TOKEN)
    server.answers = list(answers)
    return fetch("acled", DAY, DAY, folder, address=server.address, wire=quick())


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        (["Retry-After: 7"], 7.0),
        (["Date: Sat, 10 Oct 2020 12:00:00 GMT", "Retry-After: Sat, 10 Oct 2020 12:00:09 GMT"], 9.0),
        (["Date: Sat, 10 Oct 2020 12:00:00 GMT", "Retry-After: Sat, 10 Oct 2020 11:00:00 GMT"], 0.0),
        (["Retry-After: soon"], 1.0),
        (["Date: today", "Retry-After: Sat, 10 Oct 2020 12:00:09 GMT"], 1.0),
        (["Retry-After: -5"], 1.0),
        ([], 1.0),
    ],
)
def test_a_server_may_ask_to_wait_in_seconds_or_until_a_time(server, headers, waited):
    server.answers = [answer(b"", *headers, status="429 Too Many Requests"), answer(b"fine")]
    waits = []
    assert quick(waits).page(f"{server.address}/x") == b"fine"
    assert waits == [waited]


def test_a_time_to_wait_until_is_held_against_the_clock_where_the_server_tells_no_time(server):
    later = format_datetime(parsedate_to_datetime("Tue, 01 Jan 2999 00:00:00 GMT"), usegmt=True)
    server.answers = [answer(b"", f"Retry-After: {later}", status="503 Busy"), answer(b"fine")]
    with pytest.raises(DataError, match=r"asks to wait \d{9,} seconds"):
        quick().page(f"{server.address}/x")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (chunked(b"half", end=b""), "connection lost: IncompleteRead"),
        (answer(b"fin", "Content-Length: 4"), "cut off after 3 of 4 bytes"),
        (answer(b"zz\r\nfine\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), "connection lost"),
        (b"fine", "no connection: BadStatusLine"),
        (b"", "no connection: "),
        (b"HTTP/1.1 two hundred\r\n\r\n", "no connection: BadStatusLine"),
        (answer(b"", *(f"X-{k}: y" for k in range(200))), "no connection: HTTPException"),
    ],
)
def test_an_answer_cut_short_or_garbled_is_asked_for_again_and_then_told(server, broken, reason):
    for whole in (chunked(b"fi", b"ne"), answer(b"fine"), answer(b"fine", "Content-Length: 4")):
        server.answers = [broken, whole]
        assert quick().page(f"{server.address}/x") == b"fine"
    server.answers = [broken]
    with pytest.raises(DataError, match=f"failed 3 times, the last: {reason}"):
        quick().page(f"{server.address}/x")


@pytest.mark.parametrize("status", ["200 OK", "206 Partial Content"])
def test_a_server_that_ignores_or_mistakes_where_to_go_on_gives_no_wrong_file(server, tmp_path, status):
    content = samples.zipped(samples.GDELT_2.content)
    (tmp_path / "x.zip.part").write_bytes(content[:50])
    server.answers = [answer(content, f"Content-Length: {len(content)}", status=status), answer(content)]
    md5 = wire.hashlib.md5(content, usedforsecurity=False).hexdigest()
    quick().file(f"{server.address}/x.zip", tmp_path / "x.zip", size=len(content), md5=md5)
    assert (tmp_path / "x.zip").read_bytes() == content
    assert "Range: bytes=50-" in server.asked[0]


def test_a_redirect_may_go_on_to_the_same_place_encrypted_and_nowhere_else(server, tmp_path, monkeypatch):
    for old, new, is_upgrade in [
        ("http://a.org/x", "https://a.org/y", True),
        ("https://a.org/x", "http://a.org/x", False),
        ("http://a.org/x", "https://b.org/x", False),
        ("http://a.org:81/x", "https://a.org:81/x", False),
        ("http://a.org/x", "https://a.org:444/x", False),
        ("http://a.org/x", "https://me@a.org/x", False),
    ]:
        assert _is_upgrade(urlsplit(old), urlsplit(new)) is is_upgrade, new
    for place in ("http://localhost:1/steal", "ftp://127.0.0.1/x", "http://[bad/x", "file:///etc/hostname"):
        with pytest.raises(DataError, match=r"sends on to another place|no address of the web|answers 302") as caught:
            ucdp(server, tmp_path, monkeypatch, answer(b"", f"Location: {place}", status="302 Found"))
        assert TOKEN not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_link_to_the_next_page_without_encryption_is_followed_as_the_first_page_was(server, tmp_path, monkeypatch):
    page = {"TotalPages": 2, "TotalCount": 2, "NextPageUrl": f"{server.address.replace('http', 'HTTPS')}/api/25.1?page=1"}
    pages = [answer(page | {"Result": [{"id": 1}]}), answer(page | {"NextPageUrl": "", "Result": [{"id": 2}]})]
    assert ucdp(server, tmp_path, monkeypatch, *pages).notes == ()
    assert len(server.asked) == 2


def test_who_is_asked_for_many_pages_is_waited_for_up_to_a_minute(server, tmp_path, monkeypatch):
    first = answer({"TotalPages": 2, "NextPageUrl": f"{server.address}/api/25.1?page=1", "Result": [{"id": 1}]})
    busy = answer({"message": "Too fast"}, status="400 Bad Request")
    last = answer({"TotalPages": 2, "NextPageUrl": "", "Result": [{"id": 2}]})
    waits = []
    ucdp(server, tmp_path, monkeypatch, first, *[busy] * 6, last, waits=waits)
    assert sum(waits) == 63
    with pytest.raises(DataError, match=r"failed 3 times, the last: the server answers 400 \(Too fast\)"):
        ucdp(server, tmp_path, monkeypatch, busy)


def test_what_a_source_says_of_an_error_is_passed_on(server, tmp_path, monkeypatch):
    with pytest.raises(DataError, match=r"the server answers 401 \(API token required\)\n  hint: the token is missing"):
        ucdp(server, tmp_path, monkeypatch, answer({"message": "API token required"}, status="401 Unauthorized"))
    for body in (b"<html>No</html>", b"\xff", b"[" * 9000, b'{"message": 3}'):
        with pytest.raises(DataError, match=r"the server answers 403\n"):
            ucdp(server, tmp_path, monkeypatch, answer(body, status="403 Forbidden"))
    token = answer({"access_token": "for-a-day"})
    with pytest.raises(DataError, match="no token for this account; it says: The user credentials were incorrect"):
        acled(
            server, tmp_path, monkeypatch, answer({"error": "invalid", "error_description": "The user credentials were incorrect."})
        )
    with pytest.raises(DataError, match="no list of events under 'data'; it says: Access denied"):
        acled(server, tmp_path, monkeypatch, token, answer({"status": 403, "error": {"message": "Access\n\tdenied"}}))
    assert words_of({"message": "a\x1b[2Jb" + "c" * 500}) == "a?[2Jb" + "c" * 194


def test_a_page_for_people_is_not_taken_for_data(server, tmp_path, monkeypatch):
    page = answer(b"\n<!DOCTYPE html><title>Log in</title>")
    with pytest.raises(DataError, match="a web page instead of data: is an account or a login missing"):
        ucdp(server, tmp_path, monkeypatch, page)
    with pytest.raises(DataError, match="a web page instead"):
        acled(server, tmp_path, monkeypatch, page)
    server.answers = [page]
    with pytest.raises(DataError, match="answers with no list of event files"):
        fetch("gdelt", DAY, DAY, tmp_path, address=f"{server.address}/list", wire=quick())
    assert list(tmp_path.iterdir()) == []


def test_days_that_a_list_does_not_have_are_told_with_those_it_has(server, tmp_path):
    names = [f"9 {'0' * 32} {server.address}/{day}120000.export.CSV.zip" for day in ("20150218", "20150301", "20150219")]
    server.answers = [answer("\n".join([*names, "", "12 broken line"]).encode())]
    done = fetch("gdelt", DAY, DAY, tmp_path, address=f"{server.address}/list", wire=quick())
    assert (done.files, done.notes) == ((), ("the list has no file of these days, only from 20150218 to 20150301",))


def test_a_listed_file_that_is_not_there_is_told_and_the_others_are_fetched(server, tmp_path):
    content = samples.zipped(samples.GDELT_2.content)
    md5 = wire.hashlib.md5(content, usedforsecurity=False).hexdigest()
    names = [f"202010101{hour}0000.export.CSV.zip" for hour in (1, 2)]
    listed = "\n".join(f"{len(content)} {md5} {server.address}/{name}" for name in names)
    server.answers = [answer(listed.encode()), answer(b"", status="404 Not Found"), answer(content)]
    done = fetch("gdelt", DAY, DAY, tmp_path, address=f"{server.address}/list", wire=quick())
    assert [file.name for file in done.files] == names[1:]
    assert done.notes == (f"listed, but not there at the source: {names[0]}",)
    server.answers = [answer(listed.encode()), answer(b"", status="403 Forbidden")]
    with pytest.raises(DataError, match="the server answers 403"):
        fetch("gdelt", DAY, DAY, tmp_path / "other", address=f"{server.address}/list", wire=quick())


def test_odd_values_and_keys_make_a_file_that_can_be_read_or_an_error(server, tmp_path, monkeypatch):
    row = samples.UCDP_ROW | {
        "source_headline": "half \ud800 of a sign",
        "active_year": True,
        "list": [1, {"a": None}],
        "where": None,
    }
    done = ucdp(server, tmp_path, monkeypatch, answer({"NextPageUrl": "", "Result": [row, row, row | {"id": 2, "new": "x"}]}))
    reading = read(done.files)
    assert (reading.counts[0].kept, reading.counts[0].rejected) == (2, 0)
    assert reading.table.texts("text").values == ("half ? of a sign",)
    assert json.loads(reading.table.texts("extra").values[0])["list"] == '[1, {"a": null}]'
    for key in (None, "", [], {}):
        with pytest.raises(DataError, match="an event without 'id'"):
            ucdp(server, tmp_path, monkeypatch, answer({"NextPageUrl": "", "Result": [row | {"id": key}]}))
    for link in (7, ["x"], "http://[bad", "//", "no address"):
        with pytest.raises(DataError, match="a page of another place"):
            ucdp(server, tmp_path, monkeypatch, answer({"NextPageUrl": link, "Result": [row]}))
    for token in ("a\nX-Steal: b", "\ud800", 7, None):
        with pytest.raises(DataError, match="no token for this account"):
            acled(server, tmp_path, monkeypatch, answer({"access_token": token}))
    done = ucdp(server, tmp_path, monkeypatch, answer({"NextPageUrl": None, "TotalCount": 0, "Result": []}), version="25.01.25.06")
    assert (done.files, done.notes) == ((), ("no event of these days",))
    assert "/api/25.01.25.06?" in server.asked[-1]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=100).map(lambda noise: answer(noise)),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda below: (
                st.lists(below, max_size=3)
                | st.dictionaries(st.sampled_from(["Result", "NextPageUrl", "TotalPages", "TotalCount", "id", "message"]), below)
            ),
            max_leaves=12,
        ).map(lambda page: answer(page)),
    )
)
def test_whatever_a_server_answers_there_is_a_file_or_an_error_of_ours(server, tmp_path, monkeypatch, said):
    try:
        ucdp(server, tmp_path, monkeypatch, said)
    except CeasefireError as error:
        assert TOKEN not in str(error)


def test_a_folder_that_cannot_be_written_is_told(server, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    content = samples.zipped(samples.GDELT_2.content)
    listed = f"{len(content)} {'0' * 32} {server.address}/20201010120000.export.CSV.zip".encode()
    server.answers = [answer(listed), answer(content)]
    with pytest.raises(OutputError, match=r"file: cannot be written: .*\n  hint: free some space"):
        fetch("gdelt", DAY, DAY, tmp_path / "file", address=f"{server.address}/list", wire=quick())
    with pytest.raises(OutputError, match="cannot be written"):
        ucdp(server, tmp_path / "file", monkeypatch, answer({"NextPageUrl": "", "Result": [samples.UCDP_ROW]}))
