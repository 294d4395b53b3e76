"""What holds of every number of the room, whatever the acts."""

from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from ceasefire.record import (
    Estimate,
    acts_of,
    bluff_ratio,
    double_talk,
    equidistance,
    follow_through,
    lead_lag,
    ledger,
    reliability,
    retaliation,
    say_do,
    unannounced,
)

from .made_up import DAY, generator, plain_rows, some_acts


def everything(acts):
    found = ledger(acts)
    return {
        "follow-through": tuple(follow_through(found, by=by) for by in (("word",), ("actor", "issue"), ("target",), ("pair",))),
        "reliability": reliability(found),
        "shares": (bluff_ratio(found), unannounced(found, days=20), double_talk(acts)),
        "balance": (say_do(acts, "P0", "P1"), equidistance(acts, "P0", ("P1", "P2"))),
        "lags": lead_lag(acts, "P0", "P1"),
        "answers": retaliation(acts, "P0", "P1"),
    }


def estimates(value, path=""):
    if isinstance(value, Estimate):
        yield path, value
    elif is_dataclass(value):
        for one in fields(value):
            yield from estimates(getattr(value, one.name), f"{path}.{one.name}")
    elif isinstance(value, (tuple, list)):
        for inner in value:
            yield from estimates(inner, path)


SIGNED = {"excess", "words", "deeds", "balance", "correlation"}


@pytest.mark.parametrize("seed", range(12))
def test_every_estimate_lies_in_its_interval_and_every_share_between_0_and_1(seed):
    random = generator(seed)
    acts = some_acts(random, n=int(random.integers(30, 900)), days=int(random.integers(30, 300)))
    seen = 0
    for what, report in everything(acts).items():
        for path, one in estimates(report, what):
            seen += 1
            assert one.low <= one.value <= one.high, path
            name = path.rpartition(".")[2]
            if name not in SIGNED and name != "lift":
                assert one.low >= 0, path
                assert one.high <= 1, path
            assert np.isfinite([one.low, one.value, one.high]).all(), path
    assert seen > 3


@pytest.mark.parametrize("seed", range(4))
def test_names_of_parties_and_the_order_of_rows_change_no_value(seed):
    """Of what is not drawn at random; new names keep their order, so that even the draws are the same."""
    random = generator(seed)
    acts = some_acts(random, n=400, days=150)
    rows = plain_rows(acts)
    shuffled = [rows[k] for k in random.permutation(len(rows))]
    again = acts_of(
        [DAY + np.timedelta64(r[0], "D").item() for r in shuffled],
        [f"Q{r[1]}" for r in shuffled],
        [f"Q{r[2]}" for r in shuffled],
        [r[3] for r in shuffled],
        first=acts.first,
        last=acts.last,
    )
    one, other = (follow_through(ledger(table), by=("kind",)) for table in (acts, again))
    assert repr(one) == repr(other)
    assert (bluff_ratio(ledger(acts)), double_talk(acts)) == (bluff_ratio(ledger(again)), double_talk(again))
    assert say_do(acts, "P0", "P1").words == say_do(again, "QP0", "QP1").words
