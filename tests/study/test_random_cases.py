"""Whatever case the check accepts is answered: no concept, mode, goal, kind of number or emptiness breaks a brief."""

from __future__ import annotations

import random

import pytest

from ceasefire import case, study
from ceasefire.errors import CaseError

CONCEPTS = ("nash", "gmr", "smr", "seq", "cnash")
NUMBERS = (
    "value: 2",
    "value: -3",
    "range: [1, 3]",
    "value: 1, range: [-1, 2]",
    "distribution: {kind: normal, mean: 1, sd: 2}",
    "distribution: {kind: triangular, low: -1, mode: 1, high: 2}",
    "distribution: {kind: discrete, values: [[1, 0.5], [2, 0.5]]}",
)
CODES = ("010", "0256", "1056", "138", "190", "0871", "163")


class Draw:
    """A random case in words: few parties, all switches."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.pick = random.Random(seed)
        self.parties = ["X-A", "X-B", "X-C"][: self.pick.randint(1, 3)]
        self.powers = ["X-P", "X-Q"][: self.pick.randint(0, 2)]
        self.options = {code: [f"o{k}" for k in range(self.pick.randint(k == 0, 2))] for k, code in enumerate(self.parties)}
        self.names = [f"{code.lower()}.{name}" for code, names in self.options.items() for name in names]

    def condition(self) -> str:
        chosen = self.pick.sample(self.names, self.pick.randint(1, min(3, len(self.names))))
        return self.pick.choice([" and ", " or "]).join(self.pick.choice(["", "not "]) + name for name in chosen)

    def stakes(self, most: int) -> str:
        listed = [
            f"      - {{when: {self.condition()}, {self.pick.choice(NUMBERS)}, illustrative: true, why: W.}}\n"
            for _ in range(self.pick.randint(0, most))
        ]
        return "    stakes:\n" + "".join(listed) if listed else ""

    def party(self, code: str) -> str:
        text = f"  {code}:\n    name: Party {code}\n    roles: [belligerent]\n"
        if self.options[code]:
            ways = {name: self.pick.choice(["both", "both", "up", "down"]) for name in self.options[code]}
            text += "    options:\n" + "".join(f"      {name}: {{text: Do, direction: {way}}}\n" for name, way in ways.items())
        return text + self.stakes(4)

    def lever(self, key: str) -> str:
        hit = ", ".join(f"{code}: {{{self.pick.choice(NUMBERS)}}}" for code in self.pick.sample(self.parties, 1))
        extra = self.pick.choice(["", "    gradual: true\n", "    group: g\n", "    lasts_days: 3\n", "    delay_days: 200\n"])
        return (
            f"  {key}:\n    owner: {self.pick.choice(self.powers or self.parties)}\n    type: {self.pick.choice(['threat', 'promise'])}\n"
            f"    text: Lever\n    when: {self.condition()}\n    effects: {{{hit}}}\n    fixed: {self.pick.randint(0, 1)}\n"
            f"    exec: {self.pick.randint(0, 3)}\n    audience: 1\n    restore: 0.5\n    illustrative: true\n    why: W.\n{extra}"
        )

    def entry(self, key: str) -> str:
        who, kind, code = (self.pick.choice(some) for some in (self.parties + self.powers, ["word", "deed"], CODES))
        return (
            f"  - {{id: {key}, date: 2031-03-{self.pick.randint(1, 20):02}, actor: {{name: A, code: {who}, level: state}}, "
            f'targets: [{self.parties[0]}], kind: {kind}, category: statement, cameo: "{code}", summary: S.}}\n'
        )

    def text(self) -> str:
        choose = self.pick.choice
        levers = [self.lever(f"l{k}") for k in range(self.pick.randint(0, 3))]
        entries = [self.entry(f"e{k}") for k in range(self.pick.randint(0, 5))]
        return (
            f"format: 1\nname: drawn\ntitle: Drawn\nstart: 2031-03-01\nas_of: 2031-03-10\nhorizon_days: {choose([0, 10, 120])}\n"
            f"concept: {CONCEPTS[self.seed % 5]}\nstatus_quo: [{', '.join(self.pick.sample(self.names, 1))}]\n"
            f"wanted: {{when: {self.condition()}, mode: {choose(['some', 'each'])}, deviations: {choose(['any', 'leaving'])}, "
            f"reach: {choose(['none', 'um', 'ui'])}, unique: {choose(['true', 'false'])}, why: W.}}\nparties:\n"
            + "".join(self.party(code) for code in self.parties)
            + "".join(f"  {code}:\n    name: Power {code}\n{self.stakes(2)}" for code in self.powers)
            + ("levers:\n" + "".join(levers) if levers else "")
            + ("record:\n" + "".join(entries) if entries else "")
        )


@pytest.mark.parametrize("seed", range(40))
def test_a_case_that_passes_its_check_is_answered(tmp_path, seed):
    file = tmp_path / "drawn.yaml"
    file.write_text(Draw(seed).text(), encoding="utf-8")
    try:
        war = case.load(file)
    except CaseError as error:
        assert {problem.code for problem in error.problems} == {"empty-wanted"}
        return
    done = study.run(war)
    assert len(done.lead) == 5
    assert all(sentence.strip() == sentence and sentence.endswith(".") and "  " not in sentence for sentence in done.lead)
    written = study.write(done, tmp_path / "brief", ("md", "json"))
    assert all(path.stat().st_size > 0 for path in written)
