"""Groups of outlets behind entries of a record."""

from types import SimpleNamespace

from ceasefire.record import groups_of_entries


def test_a_group_behind_several_entries_counts_once_and_the_text_that_claims_is_no_witness():
    def source(key, publisher, url=None):
        return SimpleNamespace(key=key, publisher=publisher, url=url)

    sources = [
        source("a", "Reuters"),
        source("b", "CGTN / Reuters"),
        source("c", "The Guardian"),
        source("d", "", "https://op.ed/x"),
    ]
    entries = [SimpleNamespace(sources=("a", "d")), SimpleNamespace(sources=("b",)), SimpleNamespace(sources=("a", "c"))]
    assert groups_of_entries(entries, sources) == {"Reuters", "the guardian", "op.ed"}
    assert groups_of_entries(entries, sources, "https://op.ed/x") == {"Reuters", "the guardian"}
    assert groups_of_entries([], sources) == frozenset()
