"""A brief on a desk and on a phone, seen by Chromium and axe-core."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from ceasefire import figures
from ceasefire.brief import Cell, Column, Document, Figure, Items, Note, Paragraph, Section, SourceLine, Span, Table, write

pytestmark = pytest.mark.screens

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def document():
    day = date(2020, 9, 27)
    acts = [
        figures.ActRow(day + timedelta(k), f"Party {k % 5}", ("word", "diplomatic", "deed")[k % 3], 1 + k % 4) for k in range(40)
    ]
    lever = figures.LeverRow("Arms stop", "A distant power with a long name", 1.2, 0.5, 3, 6, 2, 40)
    wide = Table(
        "claims",
        "A wide table of claims that has to scroll on a phone",
        (
            Column("Claim"),
            Column("Day", "date"),
            *(Column(f"Number {k}", "number") for k in range(6)),
            Column("Later", "hindsight"),
        ),
        tuple(
            (
                Cell((Span(f"C{k:02} words that bind nobody"),)),
                Cell((Span("2020-10-10"),)),
                *(Cell((Span(f"{k},{n}00", ("n1", "n2")),)) for n in range(6)),
                Cell((Span("A later breach ", ("n2",)),)),
            )
            for k in range(5)
        ),
    )
    twin = Table(
        "rows", "Rows", (Column("Party"), Column("Entries", "number")), ((Cell((Span("A"),)), Cell((Span("3", ("n1",)),))),)
    )
    drawn = {
        "timeline": figures.timeline(acts, [figures.Mark(day + timedelta(9), "a truce")]),
        "levers": figures.leverage_scatter([lever], "bn USD"),
        "path": figures.path([figures.PathRow(k, f"Party {k} moves", f"option {n}", n < k) for k in range(5) for n in range(4)]),
    }
    shown = tuple(Figure(key, f"Finding of {key}", "What it shows.", spec, "rows", "the record") for key, spec in drawn.items())
    long = "https://example.org/" + "a-very-long-address/" * 12
    return Document(
        "Who could have stopped an imaginary war, and at what price",
        "As of 20 October 2020",
        ((Span("It costs "), Span("4.2", ("n1", "n2")), Span(" points.")),),
        (
            Section(
                "one", "Words and deeds", (Paragraph((Span("They spoke "), Span("171", ("n1",)), Span(" times."))), *shown, twin)
            ),
            Section(
                "two", "Claims", (wide, Items(((Span("entry ", ("n2",)),),), summary="Evidence"), Items(((Span("a point"),),)))
            ),
        ),
        (Note("n1", "Counted from the record.", ("s1",)), Note("n2", "Judged, illustrative.")),
        (SourceLine("s1", "A list", "A ministry", long, "2 December 2020"),),
        (("version", "0.1.0"), ("input", "f" * 64)),
    )


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as engine:
        opened = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    given = os.environ.get("CEASEFIRE_BRIEF")
    if given:
        return Path(given).resolve().as_uri()
    (written,) = write(document(), tmp_path_factory.mktemp("brief"), ("html",))
    return written.as_uri()


@pytest.mark.parametrize("unfolded", [False, True], ids=["folded", "unfolded"])
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844), (360, 740)], ids=["desk", "phone", "narrow"])
def test_a_brief_reads_well_on_every_screen(browser, address, width, height, unfolded):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = browser.new_page(viewport={"width": width, "height": height})
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    if unfolded:
        page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true })")
    found = axe.Axe().run(page).response["violations"]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert [(hit["id"], [node["html"][:120] for node in hit["nodes"]]) for hit in found] == []
    assert said == []
    assert asked == [address]
    assert overflow <= 0
