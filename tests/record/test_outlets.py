"""Groups of outlets behind entries of a record."""

from types import SimpleNamespace

import pytest

from ceasefire.record import groups_of_entries
from ceasefire.record.outlets import groups_of


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


@pytest.mark.parametrize(
    ("outlet", "group"),
    [
        ("RT", "state media of Russia"),
        ("RT France", "state media of Russia"),
        ("NEWS.am / RIA", "state media of Russia"),
        ("Public Radio of Armenia", "state media of Armenia"),
        ("AP", "Associated Press"),
        ("7NEWS / AAP", "Australian Associated Press"),
        ("Australian Associated Press", "Australian Associated Press"),
        ("Public Radio of Armenia / The Guardian", "the guardian"),
        ("Armenpress / RIA", "state media of Russia"),
        ("today.az / Trend", "trend"),
        ("RFE/RL", "media of the United States government"),
        ("Reuters / Le Monde", "Reuters"),
        ("Blog / news.example.co.uk", "example.co.uk"),
        ("APA", "apa"),
        ("The Art of War", "the art of war"),
        ("ria24.today", "ria24.today"),
    ],
)
def test_short_names_of_agencies_and_state_media_are_known_as_whole_words(outlet, group):
    assert groups_of(outlet) == {group}
