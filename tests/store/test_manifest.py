import json
from dataclasses import FrozenInstanceError

import pytest

from ceasefire.store import Manifest, sha256_of

HASH = sha256_of(b"a war")


def test_the_order_in_which_things_were_given_does_not_show():
    one = Manifest.of("1", {"b": HASH, "a": HASH}, {"z": 1, "y": None}, seed=7)
    two = Manifest("1", (("a", HASH), ("b", HASH)), (("y", None), ("z", 1)), 7)
    assert one == two
    assert one.to_json() == two.to_json()
    assert one.rows() == two.rows()
    assert hash(one) == hash(two)


def test_every_part_is_told_to_the_reader_and_in_json():
    made = Manifest.of("1", {"case.yaml": HASH}, {"strict": True, "concept": "SEQ"}, seed=0)
    assert made.rows() == (
        ("version", "1"),
        ("input case.yaml", f"sha256:{HASH}"),
        ("setting concept", "SEQ"),
        ("setting strict", "yes"),
        ("seed", "0"),
    )
    assert json.loads(made.to_json()) == {
        "version": "1",
        "inputs": {"case.yaml": HASH},
        "settings": {"concept": "SEQ", "strict": True},
        "seed": 0,
    }


def test_a_manifest_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Manifest("1").version = "2"


@pytest.mark.parametrize(
    ("inputs", "settings", "message"),
    [
        ((("a", HASH), ("a", HASH)), (), "input 'a' occurs twice"),
        ((), (("k", 1), ("k", 2)), "setting 'k' occurs twice"),
        ((("", HASH),), (), "input has no name"),
        ((("a", "ABC"),), (), "not a SHA-256"),
        ((), (("k", float("nan")),), "not a finite number"),
    ],
)
def test_broken_parts_are_refused(inputs, settings, message):
    with pytest.raises(ValueError, match=message):
        Manifest("1", inputs, settings)
