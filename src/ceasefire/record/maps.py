"""Which deed answers which word: the word map and the demand map, data files that an analyst can change.

A map is CSV text with the columns of `COLUMNS`. A cell of an outcome holds codes of CAMEO or PLOVER separated by blanks; each
stands for itself and its subcodes. A direction before a colon says who acts on whom, ``A>B`` where there is none; several parts
are separated by semicolons: ``074; B>A: 0861``. A is who spoke, B who was addressed, ``*`` anyone, ``foe`` who B fights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ceasefire.errors import DataError, Problem
from ceasefire.record.codes import act_and_quad
from ceasefire.record.tables import rows_of

OUTCOMES = ("full", "partly", "contrary", "complied", "refused")
COLUMNS = ("word", "kind", "issue", "says", *OUTCOMES, "within_days", "restraint")
KINDS = ("promise", "offer", "agreement", "truce", "threat", "ultimatum", "refusal", "appeal", "demand")
DIRECTIONS = ("A>B", "B>A", "A<>B", "A>*", "B>*", "*>B", "B>foe")
_LONGEST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Rule:
    """What follows from one word.

    Parameters
    ----------
    word : str
        A code of CAMEO, or of PLOVER; stands for its subcodes or modes too unless they have rules of their own.
    kind : str
        One of `KINDS`. A refusal closes appeals, demands and offers; for a threat it means that the threat was resisted.
    issue : str
        What the word is about, in one word: reliability is reported per issue.
    says : str
        The word in words.
    outcomes : tuple of (outcome, direction, codes)
        `outcome` is one of `OUTCOMES`.
    within_days : int
        Length of the window, counted from the day after the word.
    restraint : bool
        Whether the word is a promise not to act: broken by the first contrary act, kept when the window ends without one.
    """

    word: str
    kind: str
    issue: str
    says: str
    outcomes: tuple[tuple[str, str, tuple[str, ...]], ...]
    within_days: int
    restraint: bool

    def codes_of(self, outcome: str, vocabulary: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Give the codes of a vocabulary that bring this outcome, by direction.

        Where a code fits two outcomes of one direction the longest matching code decides.

        Examples
        --------
        >>> rule = rule_for(words(), "138")
        >>> [rule.codes_of(outcome, ["190", "191", "150"])["A>B"] for outcome in ("full", "partly")]
        [('190',), ('150', '191')]
        """
        found: dict[str, tuple[str, ...]] = {}
        for direction in {way for name, way, _ in self.outcomes if name == outcome}:
            ours = [codes for name, way, codes in self.outcomes if name == outcome and way == direction]
            others = [codes for name, way, codes in self.outcomes if name != outcome and way == direction]
            found[direction] = tuple(sorted(c for c in set(vocabulary) if _longest(c, ours) > _longest(c, others)))
        return found


def _longest(code: str, groups: Iterable[tuple[str, ...]]) -> int:
    return max((len(own) for codes in groups for own in codes if code.startswith(own)), default=0)


@cache
def words() -> tuple[Rule, ...]:
    """Give the packaged map of promises, offers, agreements, truces, threats and refusals.

    Examples
    --------
    >>> next(rule.kind for rule in words() if rule.word == "130")
    'threat'
    """
    return _packaged("words")


@cache
def demands() -> tuple[Rule, ...]:
    """Give the packaged map of appeals and demands, which are judged on what their addressee does.

    Examples
    --------
    >>> {rule.kind for rule in demands()} >= {"demand"}
    True
    """
    return _packaged("demands")


def _packaged(name: str) -> tuple[Rule, ...]:
    return read_map(files("ceasefire.record").joinpath(f"{name}.csv").read_text(encoding="utf-8"), f"{name}.csv")


def rule_for(rules: Iterable[Rule], code: str) -> Rule | None:
    """Find the rule of a word: the one with the longest code that `code` starts with; None where it commits to nothing.

    Examples
    --------
    >>> [rule_for(words(), code).word for code in ("0341", "1384", "1313")], rule_for(words(), "010")
    (['034', '1384', '1313'], None)
    """
    return max((rule for rule in rules if code.startswith(rule.word)), key=lambda rule: len(rule.word), default=None)


def read_map(text: str, file: str) -> tuple[Rule, ...]:
    r"""Read a map of words, as the packaged ones are written.

    Parameters
    ----------
    text : str
        CSV with a header that names `COLUMNS`, in any order.
    file : str
        What errors call it.

    Raises
    ------
    DataError
        With every fault of the file: a missing column, an unknown code, kind or direction, a code in two outcomes, a bad
        number of days, a word given twice.

    Examples
    --------
    >>> header = "word,kind,issue,says,full,partly,contrary,complied,refused,within_days,restraint"
    >>> [rule] = read_map(f"{header}\n1312,threat,sanctions,threatens sanctions,163,160 161,085,B>A: 08,B>A: 12,180,no", "own.csv")
    >>> rule.within_days, rule.outcomes[0]
    (180, ('full', 'A>B', ('163',)))
    """
    reading = _Reading(file)
    rules: dict[str, Rule] = {}
    for line, cells in rows_of(text, file, COLUMNS):
        rule = reading.rule(cells, line)
        if rule.word in rules:
            reading.problem(line, "given-twice", f"word {rule.word!r} has two rules", "keep one of them")
        rules[rule.word] = rule
    if reading.problems:
        raise DataError(reading.problems)
    return tuple(rules.values())


class _Reading:
    """Turns rows into rules and collects what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self._file = file

    def problem(self, line: int, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(self._file, line, None, code, message, hint))

    def rule(self, row: Mapping[str, str], line: int) -> Rule:
        self._code(row["word"], line)
        if row["kind"] not in KINDS:
            self.problem(line, "wrong-choice", f"unknown kind of word {row['kind']!r}", f"write one of: {', '.join(KINDS)}")
        if row["restraint"] not in {"yes", "no"}:
            self.problem(line, "wrong-choice", f"restraint is {row['restraint']!r}", "write yes or no")
        days = int(row["within_days"]) if row["within_days"].isdecimal() and len(row["within_days"]) < 5 else 0
        if not 1 <= days <= _LONGEST_DAYS:
            message = f"within_days is {row['within_days']!r}, expected 1 to {_LONGEST_DAYS}"
            self.problem(line, "out-of-bounds", message, "write whole days")
        outcomes = tuple(part for name in OUTCOMES for part in self._parts(name, row[name], line))
        seen: dict[tuple[str, str], str] = {}
        for name, direction, codes in outcomes:
            for code in codes:
                if seen.setdefault((direction, code), name) != name:
                    message = f"code {code!r} stands under {seen[direction, code]!r} and under {name!r}"
                    self.problem(line, "given-twice", message, "keep it under one outcome")
        return Rule(row["word"], row["kind"], row["issue"], row["says"], outcomes, days, row["restraint"] == "yes")

    def _parts(self, name: str, cell: str, line: int) -> Iterable[tuple[str, str, tuple[str, ...]]]:
        for part in filter(None, (piece.strip() for piece in cell.split(";"))):
            direction, colon, codes = part.rpartition(":")
            way = direction.strip() if colon else "A>B"
            if way not in DIRECTIONS:
                hint = f"write one of: {', '.join(DIRECTIONS)}"
                self.problem(line, "wrong-choice", f"unknown direction {way!r} under {name!r}", hint)
            for code in codes.split():
                self._code(code, line)
            yield name, way, tuple(codes.split())

    def _code(self, code: str, line: int) -> None:
        if act_and_quad(code) is None:
            hint = "codes are text: 010 and 10 differ"
            self.problem(line, "unknown-code", f"neither CAMEO nor PLOVER has a code {code!r}", hint)
