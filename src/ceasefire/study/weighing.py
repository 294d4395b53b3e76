"""What a case's sheets of figures say, and the case with the levers that name them as their source."""

from __future__ import annotations

from ceasefire.case.model import Case
from ceasefire.leverage.book import Book, fill
from ceasefire.leverage.sheet_reading import read_book


def sheets_of(case: Case) -> Book | None:
    """Read the sheets of a case; None where it has none, or was filled after its `as_of`.

    Raises
    ------
    CaseError, DataError
        As `read_book` does.
    """
    if not case.sheets or case.judged > case.as_of:
        return None
    return read_book(case.sheets, f"{case.name}/sheets.yaml", case)


def weighed(case: Case) -> Case:
    """Give the case with effect and cost of those levers whose sheets replace them, with the whole range; see `leverage.book.fill`.

    Sheets that are only set beside the case's own numbers are not read for this.
    """
    if "replace" not in (case.sheets or ""):
        return case
    book = sheets_of(case)
    return case if book is None else fill(case, book)
