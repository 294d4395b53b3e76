from datetime import date

import numpy as np
import pytest

from ceasefire.events import Coded, EventTable
from ceasefire.record import acts_from_events

from .made_up import generator


def table_of(rows):
    """Make a table of rows (day, actor, target, cameo, source, deaths)."""
    names = ("date", "actor", "target", "cameo", "source", "deaths_best")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    texts = {name: Coded.of(columns[name]) for name in names[1:5]}
    deaths = np.array([np.nan if value is None else value for value in columns["deaths_best"]], dtype=np.float64)
    return EventTable({"date": np.array(columns["date"], dtype="datetime64[D]"), **texts, "deaths_best": deaths})


@pytest.mark.parametrize("seed", range(40))
def test_acts_counted_once_a_day_keep_the_deaths_of_the_day_by_the_source_that_counts_most(seed):
    random = generator(seed)
    rows = [
        (
            date(2031, 3, int(random.integers(1, 4))),
            "AB"[random.integers(2)],
            "BC"[random.integers(2)],
            ["190", "194"][random.integers(2)],
            ["one", "two", None][random.integers(3)],
            [None, 0, 3, 5][random.integers(4)],
        )
        for _ in range(40)
    ]
    acts = acts_from_events(table_of(rows))
    found = {
        (acts.date_of(d), acts.parties[a], acts.parties[t], acts.codes[c]): n
        for d, a, t, c, n in zip(acts.day, acts.actor, acts.target, acts.code, acts.deaths, strict=True)
    }
    expected: dict = {}
    for *key, source, deaths in rows:
        if key[1] != key[2]:
            by_source = expected.setdefault(tuple(key), {})
            if deaths is not None:
                by_source[source] = by_source.get(source, 0) + deaths
    assert found.keys() == expected.keys()
    for key, by_source in expected.items():
        assert found[key] == max(by_source.values()) if by_source else np.isnan(found[key])
    assert np.nansum(acts_from_events(table_of(rows), one_a_day=False).deaths) == sum(r[5] or 0 for r in rows if r[1] != r[2])
