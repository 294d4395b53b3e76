"""What an entry of a record is: a word with its grade, a diplomatic act, or a material deed.

A record coded by hand knows only *word* and *deed*. A word stays a word. A deed whose CAMEO code stands for speaking, meeting,
signing or declaring (01 to 05, 09 to 13, 0871) is a diplomatic act; every other deed is material. The coder's mark stays beside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ceasefire.case.model import Entry, Kind
from ceasefire.reference import word_or_deed

Act = Literal["word", "diplomatic", "deed"]
COMMENT = "comment"
APPEAL = "appeal"
DEMAND = "demand"
COMMITMENT = "commitment"
COMMITTED = "commitment with a cost, condition or date"
GRADES = (COMMENT, APPEAL, DEMAND, COMMITMENT, COMMITTED)
"""Grades of a word, weakest first."""

NOT_GOVERNMENT = frozenset({"adviser", "analyst", "candidate", "opposition", "public"})
"""Levels of speakers left out when a government is asked about."""


@dataclass(frozen=True, slots=True)
class Classified:
    """An entry with what it is; `grade` is empty unless it is a word."""

    entry: Entry
    act: Act
    grade: str

    @property
    def is_government(self) -> bool:
        """Whether the speaker or actor stands for a government or an organisation."""
        return self.entry.level not in NOT_GOVERNMENT


def classify(entry: Entry) -> Classified:
    """Say what an entry is.

    Returns
    -------
    Classified

    Examples
    --------
    >>> from ceasefire.testing import an_entry
    >>> classify(an_entry("2031-03-01-a-1", "2031-03-01", "A", "deed", cameo="190")).act
    'deed'
    """
    if entry.kind is Kind.WORD:
        return Classified(entry, "word", grade(entry))
    spoken = word_or_deed(entry.cameo) in {"word", "diplomatic"}
    return Classified(entry, "diplomatic" if spoken else "deed", "")


def grade(entry: Entry) -> str:
    """Grade a word by how much it commits its speaker, by CAMEO root.

    03 (intent) and 13 (threat) announce a deed of the speaker's own: a commitment, and one with a cost, condition or date where
    the coder noted one. 02 is an appeal, 10 a demand, everything else a comment. A condition on a comment is no commitment.

    Examples
    --------
    >>> from ceasefire.testing import an_entry
    >>> grade(an_entry("2031-03-01-a-1", "2031-03-01", "A", cameo="130"))
    'commitment'
    """
    root = entry.cameo[:2]
    if root in {"03", "13"}:
        return COMMITTED if entry.conditional or entry.condition else COMMITMENT
    return {"02": APPEAL, "10": DEMAND}.get(root, COMMENT)
