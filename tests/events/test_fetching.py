"""Downloads from a server on loopback that misbehaves on demand."""

import hashlib
import json
import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ceasefire.errors import DataError
from ceasefire.events import read
from ceasefire.events.fetching import Wire, fetch, sources
from ceasefire.events.fetching.tokens import secret

from . import samples

TOKEN = "s3cret-token"  # noqa: S105 - made up
DAY = date(2020, 10, 10)
NAME = "20201010120000.export.CSV.zip"


class Server:
    """Serves `files`; `troubles` holds, per path, what to do wrong in turn."""

    def __init__(self):
        self.files, self.troubles, self.asked = {}, {}, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            def do_POST(self):
                self.body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.answer(self)

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, request):
        path = urlsplit(request.path).path
        self.asked.append((request.path, dict(request.headers), getattr(request, "body", "")))
        trouble = self.troubles.get(path) or [None]
        trouble = trouble.pop(0)
        content = self.files.get(path)
        if callable(content):
            content = content(parse_qs(urlsplit(request.path).query))
        if isinstance(trouble, int) or content is None:
            request.send_response(trouble or 404)
            request.send_header("Retry-After", "3")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        if isinstance(trouble, str) and trouble.startswith("http"):
            request.send_response(302)
            request.send_header("Location", trouble)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        body = content[start:]
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if trouble == "cut":
            body = body[: len(body) // 2]
        if trouble == "wrong":
            body = bytes(len(body))
        request.wfile.write(body)
        request.close_connection = True


@pytest.fixture
def server():
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


def with_gdelt(server, listed=None):
    content = samples.zipped(samples.GDELT_2.content)
    server.files[f"/{NAME}"] = content
    digest = hashlib.md5(content).hexdigest()  # noqa: S324 - the checksum GDELT publishes
    lines = [
        f"{len(content)} {listed or digest} {server.address}/{NAME}",
        f"5 {digest} {server.address}/20201010120000.gkg.csv.zip",
    ]
    lines.append(f"9 {digest} {server.address}/20201011000000.export.CSV.zip")
    server.files["/list"] = "\n".join(lines).encode()
    return content


def got(server, folder, waits=None, **more):
    waits = [] if waits is None else waits
    return fetch("gdelt", DAY, DAY, folder, address=f"{server.address}/list", wire=Wire(tries=3, sleep=waits.append), **more)


def test_the_files_of_a_day_are_fetched_once_and_can_be_read(server, tmp_path):
    with_gdelt(server)
    done = got(server, tmp_path)
    assert [f.name for f in done.files] == [NAME]
    assert len(read(done.files, columns=["date"]).table) == 3
    before = len(server.asked)
    assert got(server, tmp_path).already == 1
    assert len(server.asked) == before + 1


def test_a_download_cut_off_goes_on_where_it_was(server, tmp_path):
    content = with_gdelt(server)
    server.troubles[f"/{NAME}"] = ["cut", "cut"]
    assert got(server, tmp_path).files[0].read_bytes() == content
    ranges = [headers.get("Range") for path, headers, _ in server.asked if path == f"/{NAME}"]
    assert ranges[0] is None
    assert ranges[1] == f"bytes={len(content) // 2}-"
    assert [p.name for p in tmp_path.iterdir()] == [NAME]


def test_what_was_fetched_before_giving_up_is_gone_on_with_next_time(server, tmp_path):
    content = with_gdelt(server)
    server.troubles[f"/{NAME}"] = ["cut", "cut", "cut"]
    with pytest.raises(DataError, match="failed 3 times, the last: cut off after"):
        got(server, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [f"{NAME}.part"]
    assert got(server, tmp_path).files[0].read_bytes() == content


def test_bytes_with_a_wrong_checksum_never_take_the_place(server, tmp_path):
    with_gdelt(server, listed="0" * 32)
    with pytest.raises(DataError, match="another checksum or size than announced"):
        got(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_wrong_bytes_once_are_fetched_again(server, tmp_path):
    content = with_gdelt(server)
    server.troubles[f"/{NAME}"] = ["wrong"]
    assert got(server, tmp_path).files[0].read_bytes() == content


def test_a_server_that_says_wait_is_waited_for(server, tmp_path):
    with_gdelt(server)
    server.troubles["/list"] = [429, 503]
    waits = []
    got(server, tmp_path, waits)
    assert waits == [3.0, 3.0]


def test_a_server_that_asks_for_too_long_a_wait_is_told_to_the_user(server):
    server.files["/x"] = b"x"
    server.troubles["/x"] = [429]
    with pytest.raises(DataError, match="asks to wait 3 seconds"):
        Wire(longest_wait=2).page(f"{server.address}/x")


def test_a_server_that_is_away_is_told_after_the_last_try():
    with pytest.raises(DataError, match="failed 2 times, the last: no connection"):
        Wire(tries=2, sleep=lambda _: None).page("http://127.0.0.1:9/x")
    with pytest.raises(DataError, match="no address of the web"):
        Wire().page("file:///etc/hostname")


def test_a_list_that_names_another_place_is_refused(server, tmp_path):
    server.files["/list"] = f"5 {'0' * 32} http://192.0.2.1/{NAME}".encode()
    with pytest.raises(DataError, match=r"a file of another place, 192\.0\.2\.1"):
        got(server, tmp_path)


def ucdp_pages(query):
    number = int(query["page"][0])
    assert query["StartDate"] == ["2020-10-10"]
    return json.dumps({"TotalPages": 2, "Result": [samples.UCDP_ROW | {"id": number, "gwnob": None}]}).encode()


def linked_pages(server, total):
    """Pages counted from 1 that name the next; page 0 is page 1, as with a source that starts to count at 1."""

    def page(query):
        number = max(int(query["page"][0]), 1)
        following = f"{server.address}/api/25.1?page={number + 1}" if number < 3 else ""
        rows = [samples.UCDP_ROW | {"id": 10 * number + k} for k in range(2)]
        return json.dumps({"TotalCount": total, "TotalPages": 3, "NextPageUrl": following, "Result": rows}).encode()

    return page


def test_ucdp_that_says_400_to_who_asks_too_fast_is_asked_again(server, tmp_path, monkeypatch):
    monkeypatch.setenv("UCDP_TOKEN", TOKEN)
    server.files["/api/25.1"] = ucdp_pages
    server.troubles["/api/25.1"] = [400, 400]
    waits = []
    ask = lambda: fetch("ucdp", DAY, DAY, tmp_path, version="25.1", address=f"{server.address}/api", wire=Wire(sleep=waits.append))
    assert len(read(ask().files, columns=["source_id"]).table) == 2
    assert len(waits) == 2
    server.troubles["/api/25.1"] = [400] * 9
    with pytest.raises(DataError, match="asked too fast"):
        ask()


def test_ucdp_pages_are_followed_by_their_links_and_counted(server, tmp_path, monkeypatch):
    monkeypatch.setenv("UCDP_TOKEN", TOKEN)
    server.files["/api/25.1"] = linked_pages(server, 6)
    done = fetch("ucdp", DAY, DAY, tmp_path, version="25.1", address=f"{server.address}/api")
    assert len(read(done.files, columns=["source_id"]).table) == 6
    assert done.notes == ()
    server.files["/api/25.1"] = linked_pages(server, 7)
    (note,) = fetch("ucdp", DAY, DAY, tmp_path, version="25.1", address=f"{server.address}/api").notes
    assert note.endswith("counts 7 events, but gave 6: it may count some that it does not give")
    server.files["/api/25.1"] = json.dumps({"TotalPages": 2, "NextPageUrl": "", "Result": [{"id": 1}]}).encode()
    with pytest.raises(DataError, match="only 1 of 2 pages"):
        fetch("ucdp", DAY, DAY, tmp_path, version="25.1", address=f"{server.address}/api")
    server.files["/api/25.1"] = json.dumps({"NextPageUrl": "http://192.0.2.1/steal?page=1", "Result": []}).encode()
    with pytest.raises(DataError, match="a page of another place"):
        fetch("ucdp", DAY, DAY, tmp_path, version="25.1", address=f"{server.address}/api")


def test_ucdp_pages_become_one_file_that_can_be_read(server, tmp_path, monkeypatch):
    monkeypatch.setenv("UCDP_TOKEN", TOKEN)
    server.files["/api/25.1"] = ucdp_pages
    told = []
    done = fetch("ucdp", DAY, DAY, tmp_path, version="25.1", address=f"{server.address}/api", tell=told.append)
    reading = read(done.files, columns=["source_id", "release"])
    assert reading.table.texts("source_id").values == ("0", "1")
    assert reading.table.texts("release").values == ("25.1",)
    assert {k.lower(): v for k, v in server.asked[0][1].items()}["x-ucdp-access-token"] == TOKEN
    assert TOKEN not in "".join(p.read_text() for p in tmp_path.rglob("*")) + "".join(told)


def test_acled_gives_a_token_for_account_and_password_and_then_rows(server, tmp_path, monkeypatch):
    monkeypatch.setenv("ACLED_USERNAME", "someone@example.org")
    monkeypatch.setenv("ACLED_PASSWORD", TOKEN)
    server.files["/oauth/token"] = json.dumps({"access_token": "for-a-day"}).encode()
    server.files["/api/acled/read"] = json.dumps({"data": [samples._ACLED_ROW]}).encode()
    done = fetch("acled", DAY, DAY, tmp_path, address=server.address)
    assert read(done.files, columns=["actor"]).table.texts("actor").values == ("TUR",)
    assert server.asked[1][1]["Authorization"] == "Bearer for-a-day"
    assert TOKEN not in "".join(path for path, _, _ in server.asked)


@pytest.mark.parametrize("tells_total", [True, False])
def test_acled_is_asked_for_shorter_spans_until_an_answer_is_whole(server, tmp_path, monkeypatch, tells_total):
    monkeypatch.setenv("ACLED_USERNAME", "someone@example.org")
    monkeypatch.setenv("ACLED_PASSWORD", TOKEN)
    monkeypatch.setattr(sources, "_ACLED_ROWS", 5)
    days = [DAY + timedelta(k) for k in range(7)]
    rows = [samples._ACLED_ROW | {"event_id_cnty": f"A{d}-{k}", "event_date": str(d)} for d in days for k in range(d.day % 4)]

    def answer(query):
        first, last = query["event_date"][0].split("|")
        fit = [row for row in rows if first <= row["event_date"] <= last]
        return json.dumps({"data": fit[:5]} | ({"total_count": len(fit)} if tells_total else {})).encode()

    server.files["/oauth/token"] = json.dumps({"access_token": "for-a-day"}).encode()
    server.files["/api/acled/read"] = answer
    done = fetch("acled", days[0], days[-1], tmp_path, address=server.address)
    found = read(done.files, columns=["source_id"]).table.texts("source_id").values
    assert sorted(found) == sorted(row["event_id_cnty"] for row in rows)
    rows += [samples._ACLED_ROW | {"event_id_cnty": f"B{k}", "event_date": str(DAY)} for k in range(9)]
    with pytest.raises(DataError, match=f"only 5 of .* events of {DAY}"):
        fetch("acled", days[0], days[-1], tmp_path, address=server.address)


def test_no_token_no_wrong_token_and_no_redirect_with_a_token(server, tmp_path, monkeypatch):
    monkeypatch.delenv("UCDP_TOKEN", raising=False)
    ask = lambda: fetch(
        "ucdp", DAY, DAY, tmp_path, version="25.1", address=f"{server.address}/api", wire=Wire(sleep=lambda _: None)
    )
    with pytest.raises(DataError, match="no UCDP_TOKEN\n  hint: set the environment variable"):
        ask()
    monkeypatch.setenv("UCDP_TOKEN", TOKEN)
    assert TOKEN not in f"{secret('UCDP_TOKEN')} {secret('UCDP_TOKEN')!r}"
    server.files["/api/25.1"] = b"{}"
    for trouble, words in [
        (401, "token is missing, wrong"),
        ("http://192.0.2.1/steal", "sends on to another place"),
        (None, "no list of events"),
    ]:
        server.troubles["/api/25.1"] = [trouble]
        with pytest.raises(DataError, match=words) as caught:
            ask()
        assert TOKEN not in str(caught.value)
    assert list(Path(tmp_path).iterdir()) == []


def test_wrong_requests_are_refused_before_anything_is_asked(tmp_path):
    for source, until, version, words in [
        ("reuters", DAY, "", "unknown source"),
        ("gdelt", date(2019, 1, 1), "", "is before"),
        ("ucdp", DAY, "latest", "no release of UCDP"),
    ]:
        with pytest.raises(DataError, match=words):
            fetch(source, DAY, until, tmp_path, version=version)
