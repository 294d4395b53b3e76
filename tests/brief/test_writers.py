"""One contract for all writers: the same numbers, the same notes, nothing that runs or loads."""

import json
import os
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ceasefire.brief import Document, Span, write
from ceasefire.brief.html import html_text
from ceasefire.brief.json import json_text
from ceasefire.brief.markdown import markdown_text
from ceasefire.errors import OutputError

VOID = {"meta", "wbr", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Tags must nest; attributes and text are collected."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.ids, self.links, self.runs, self.headings = [], Counter(), [], [], [], []
        self.attributes = []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        values = dict(attrs)
        self.attributes += [(tag, key, value) for key, value in attrs]
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if "href" in values else []
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, tag
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data):
        if not {"style", "svg"} & set(self.open):
            self.runs.append((tuple(self.open), data))

    def text(self):
        return "".join(data for _, data in self.runs)


def uses_in_json(value):
    """Give (text, numbers of its notes) of every run with notes, in the order of the page."""
    plain = json.loads(value)
    runs = [*plain["lead"]]
    for section in plain["sections"]:
        for block in section["blocks"]:
            runs += {
                "paragraph": lambda b: [b["spans"]],
                "items": lambda b: b["items"],
                "table": lambda b: [cell for line in b["rows"] for cell in line],
                "figure": lambda b: [],
            }[block["type"]](block)
    return [(span["text"], tuple(span["notes"])) for run in runs for span in run if span["notes"]]


def uses_in_markdown(text):
    body = text.split("\n## Sources\n")[0]
    found = re.findall(r"(\S*?)((?:\[\^\d+\])+)", body)
    return [(word, tuple(int(n) for n in re.findall(r"\d+", notes))) for word, notes in found]


def uses_in_html(text):
    found = re.findall(r'([^\s<>]*)<sup class="refs">(.*?)</sup>', text)
    return [(word, tuple(int(n) for n in re.findall(r">(\d+)</a>", notes))) for word, notes in found]


def test_every_writer_prints_the_same_numbers_with_the_same_notes(make):
    document = make("calm")
    expected = [(text.split(" ")[-1], notes) for text, notes in uses_in_json(json_text(document))]
    assert expected[:2] == [("4.2", (1, 2)), ("171", (2,))]
    assert uses_in_markdown(markdown_text(document)) == expected
    assert uses_in_html(html_text(document)) == expected


def test_notes_are_numbered_by_first_use_and_unused_ones_dropped(make):
    document = make("calm")
    plain = json.loads(json_text(document))
    assert [(note["key"], note["number"], note["sources"]) for note in plain["notes"]] == [
        ("judged", 1, [1]),
        ("count", 2, [1, 2]),
        ("late", 3, []),
    ]
    assert [(source["key"], source["number"]) for source in plain["sources"]] == [("list", 1), ("archive", 2)]
    for text in (html_text(document), markdown_text(document), json_text(document)):
        assert "Nobody refers to this" not in text
        assert "Unused source" not in text


def test_markdown_footnotes_are_defined_once_and_all_used(make):
    text = markdown_text(make("calm"))
    defined = re.findall(r"^\[\^(\d+)\]: ", text, flags=re.MULTILINE)
    used = {n for _, notes in uses_in_markdown(text) for n in notes}
    assert defined == ["1", "2", "3"]
    assert used == {1, 2, 3}


def test_html_footnotes_lead_there_and_back(make):
    page = Page(html_text(make("calm")))
    assert not [key for key, count in Counter(page.ids).items() if count > 1]
    inner = [link[1:] for link in page.links if link.startswith("#")]
    assert set(inner) <= set(page.ids)
    uses = [key for key in page.ids if key.startswith("use-")]
    assert uses
    assert set(uses) <= set(inner)
    assert {f"note-{key.split('-')[1]}" for key in uses} == {key for key in page.ids if key.startswith("note-")}
    assert {key for key in page.ids if key.startswith("source-")} <= set(inner)


def test_a_note_used_many_times_keeps_unique_addresses(make):
    document = make("calm")
    many = Document("War", "", tuple((Span(str(k), ("late",)),) for k in range(40)), (), document.notes, document.sources, ())
    page = Page(html_text(many))
    assert len(page.ids) == len(set(page.ids))
    assert sum(key.startswith("use-1-") for key in page.ids) == 40
    assert "and 28 more" in page.text()


def test_html_carries_no_script_and_loads_nothing(make, hostile):
    text = html_text(make(hostile))
    page = Page(text)
    assert not {"script", "img", "link", "iframe", "object", "embed", "image", "foreignobject", "use"} & set(page.tags)
    loading = {"src", "srcset", "xlink:href", "data", "poster", "action"}
    assert not [entry for entry in page.attributes if entry[1] in loading or entry[1].startswith("on")]
    assert not re.search(r"@import|url\((?!#)", text)
    assert "content=\"default-src 'none'; style-src" in text.replace("&#39;", "'")
    assert all(link.startswith(("#", "https://example.org/")) for link in page.links)


def test_hostile_text_comes_out_as_text_in_html(make, hostile):
    page = Page(html_text(make(hostile)))
    shown = hostile.replace("\x00", "\ufffd")
    assert page.text().count(shown) >= 10
    assert "javascript:alert(1)" not in page.links


def test_hostile_text_comes_out_as_text_in_markdown(make, hostile):
    markdown_it = pytest.importorskip("markdown_it", reason="no Markdown parser to read the result with")
    text = markdown_text(make(hostile))
    parsed = markdown_it.MarkdownIt("commonmark").enable("table").parse(text)
    inline = [child for token in parsed if token.type == "inline" for child in token.children]
    assert not [token for token in parsed if token.type in {"html_block", "code_block", "fence"}]
    assert not [child for child in inline if child.type in {"html_inline", "code_inline", "em_open"}]
    links = [child.attrs["href"] for child in inline if child.type == "link_open"]
    assert links == ["https://example.org/a?b=1&c=2"]
    assert [token.tag for token in parsed if token.type == "heading_open"] == ["h1", "h2", "h2", "h2", "h2"]


def test_hostile_text_keeps_markdown_tables_in_shape(make, hostile):
    lines = [line for line in markdown_text(make(hostile)).splitlines() if line.startswith("|")]
    widths = [len(re.findall(r"(?<!\\)\|", line)) - 1 for line in lines]
    assert widths == [4] * 4 + [2] * 4


def test_text_that_looks_like_a_list_or_heading_stays_text(make):
    text = markdown_text(make("calm"))
    assert "\n1\\. They spoke 171[^2] times" in text
    assert "\n- \\# one 17[^2]" in text
    assert "4.2[^1][^2] (points)." in text


def test_a_bracket_after_a_footnote_does_not_become_a_link(make):
    document = make("calm")
    lead = ((Span("4", ("late",)), Span("(see below)")),)
    text = markdown_text(Document("War", "", lead, (), document.notes, document.sources, ()))
    assert "4[^1]\\(see below)" in text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://a.b/\"onclick='x'", "//a.b/c"]
)
def test_addresses_that_are_not_web_addresses_are_printed_not_linked(make, url):
    document = make("calm", url=url)
    assert url not in Page(html_text(document)).links
    assert url in Page(html_text(document)).text()
    assert f"(<{url}" not in markdown_text(document)
    assert json.loads(json_text(document))["sources"][0]["url"] == url


def test_hindsight_is_marked_everywhere(make):
    document = make("calm")
    page = Page(html_text(document))
    assert ("td", "class", "hindsight") in page.attributes
    assert any(data == "hindsight" and path[-1] == "span" for path, data in page.runs)
    assert "| What happened (hindsight) |" in markdown_text(document)
    columns = json.loads(json_text(document))["sections"][0]["blocks"][4]["columns"]
    assert columns[3] == {"kind": "hindsight", "title": "What happened"}


def test_a_cell_without_content_is_a_dash_not_a_zero(make):
    document = make("calm")
    assert re.search(r'<td class="hindsight">\s*—\s*</td>', html_text(document))
    assert "| — |" in markdown_text(document)


def test_html_has_landmarks_headings_in_order_and_named_drawings(make):
    text = html_text(make("calm"))
    page = Page(text)
    assert ("html", "lang", "en") in page.attributes
    assert all(page.tags[tag] == 1 for tag in ("main", "nav", "header", "footer", "h1"))
    assert page.tags["title"] == 1 + page.tags["svg"]
    assert page.headings[0] == 1
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert page.tags["svg"] == page.tags["figcaption"] == page.tags["desc"] == 2
    assert [value for tag, key, value in page.attributes if tag == "svg" and key == "role"] == ["img", "img"]
    assert all(value in {"row", "col"} for tag, key, value in page.attributes if key == "scope")
    assert page.tags["caption"] == page.tags["table"] == 1
    regions = [value for tag, key, value in page.attributes if key == "role" and value == "region"]
    assert len(regions) == [key for _, key, _ in page.attributes].count("tabindex") - 1


def test_json_is_complete_and_sorted(make):
    document = make("calm")
    text = json_text(document)
    plain = json.loads(text)
    assert plain["schema"] == "ceasefire-brief/2"
    assert json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n" == text
    figure = plain["sections"][0]["blocks"][3]
    assert figure["twin"] == "margins"
    assert figure["spec"]["$schema"].endswith("/vega-lite/v5.json")
    assert plain["manifest"][0] == {"name": "version", "value": "0.1.0"}


def test_the_same_document_gives_the_same_bytes(make, hostile, tmp_path):
    first = {path.relative_to(tmp_path / "a"): path.read_bytes() for path in write(make(hostile), tmp_path / "a")}
    second = {path.relative_to(tmp_path / "b"): path.read_bytes() for path in write(make(hostile), tmp_path / "b")}
    assert first == second
    assert set(first) == {
        Path("brief.html"),
        Path("brief.md"),
        Path("brief.json"),
        Path("figures/margins.svg"),
        Path("figures/again.svg"),
    }


def test_markdown_figures_are_files_that_exist_and_parse(make, tmp_path):
    write(make("calm"), tmp_path, ("md",))
    linked = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", (tmp_path / "brief.md").read_text())
    assert linked == ["figures/margins.svg", "figures/again.svg"]
    for name in linked:
        assert ET.parse(tmp_path / name).getroot().tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own drawing
    assert sorted(path.name for path in tmp_path.iterdir()) == ["brief.md", "figures"]


def test_an_unknown_format_is_refused_before_anything_is_written(make, tmp_path):
    with pytest.raises(ValueError, match="unknown format 'docx'; expected one of html, md, json"):
        write(make("calm"), tmp_path, ("json", "docx"))
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_an_output_error(make, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        write(make("calm"), tmp_path / "file", ("json",))


@pytest.mark.skipif(os.name != "posix", reason="surrogates in file systems are a POSIX matter")
def test_text_that_cannot_be_encoded_does_not_stop_a_brief(make, tmp_path):
    paths = write(make("lone \ud800 surrogate \x1b"), tmp_path)
    assert all("\ufffd" in path.read_text(encoding="utf-8") for path in paths if path.name != "again.svg")
