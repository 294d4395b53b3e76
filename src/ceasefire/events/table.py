"""The one event table: what each column holds, and a frozen table of columns for the rooms above.

Every source is mapped to these columns. What a source does not say is missing, never zero and never guessed. Codes are text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Column(NamedTuple):
    """One column: its name, its DuckDB type, what it holds."""

    name: str
    type: str
    meaning: str


COLUMNS = (
    Column("source", "VARCHAR", "data set: gdelt, icews, polecat, phoenix, cline, acled, ucdp, pax, mie, or the name of one's own"),
    Column("release", "VARCHAR", "layout, stream or version of the file: '2.0', '2.0 translated', '25.1', ..."),
    Column("source_id", "VARCHAR", "the row's key in its data set; one key may be kept in several vintages"),
    Column("vintage", "TIMESTAMP", "when the row was known as it stands (UTC), apart from when it happened"),
    Column("date", "DATE", "day it happened, or the first day it may have happened"),
    Column("date_low", "DATE", "first day it may have happened"),
    Column("date_high", "DATE", "last day it may have happened"),
    Column("date_precision", "UTINYINT", "1 day, 2 two to six days, 3 week, 4 month, 5 longer; UCDP's scale for every source"),
    Column(
        "actor",
        "VARCHAR",
        "who acts: ISO 3166 alpha-3 or an X- code, by the dated tables or one's own coding; missing if neither fits",
    ),
    Column("actor_country", "VARCHAR", "country code or name of the actor as the source writes it"),
    Column("actor_name", "VARCHAR", "name of the actor as the source writes it"),
    Column("actor_code", "VARCHAR", "code or number of the actor in the source"),
    Column("actor_role", "VARCHAR", "role or sectors in the source: GOV, MIL, REB, 'Military,Government'; sorted where a list"),
    Column("target", "VARCHAR", "toward whom; as actor"),
    Column("target_country", "VARCHAR", "as actor_country"),
    Column("target_name", "VARCHAR", "as actor_name"),
    Column("target_code", "VARCHAR", "as actor_code"),
    Column("target_role", "VARCHAR", "as actor_role"),
    Column("third", "VARCHAR", "third parties, as the source writes them"),
    Column("family", "VARCHAR", "whose codes `code` holds: CAMEO, PLOVER, ACLED, UCDP, PAX, MIE"),
    Column("code", "VARCHAR", "the original code, as text: '010' and '10' differ"),
    Column("cameo", "VARCHAR", "CAMEO code: the original, or the one that the family's table gives; missing if none fits"),
    Column("plover", "VARCHAR", "PLOVER type; likewise"),
    Column("plover_mode", "VARCHAR", "PLOVER mode; likewise"),
    Column("quad", "UTINYINT", "1 verbal, 2 material cooperation, 3 verbal, 4 material conflict; 0 where the source says neutral"),
    Column("scale", "DOUBLE", "Goldstein value or intensity as the source gives it"),
    Column("act", "VARCHAR", "word, diplomatic or deed"),
    Column("grade", "VARCHAR", "of a word: comment, appeal, demand, commitment, or commitment with a cost, condition or date"),
    Column("deaths_best", "INTEGER", "best estimate of deaths"),
    Column("deaths_low", "INTEGER", "low estimate; not always below best in the source"),
    Column("deaths_high", "INTEGER", "high estimate; not always above best in the source"),
    Column("place", "VARCHAR", "where it happened, as the source writes it"),
    Column("place_country", "VARCHAR", "ISO 3166 alpha-3 of the place, by the dated tables; missing if none fits"),
    Column("latitude", "DOUBLE", "degrees north"),
    Column("longitude", "DOUBLE", "degrees east"),
    Column("place_precision", "UTINYINT", "1 exact, 2 near, 3 district, 4 province, 5 fuzzy, 6 country, 7 water; UCDP's scale"),
    Column("n_mentions", "INTEGER", "mentions, as the source counts them"),
    Column("n_sources", "INTEGER", "sources, as the source counts them"),
    Column("n_articles", "INTEGER", "articles, as the source counts them"),
    Column("confidence", "DOUBLE", "0 to 100, where the source gives one"),
    Column("is_root", "BOOLEAN", "whether the source marks it as the lead event of its article"),
    Column("outlet", "VARCHAR", "publisher or outlets"),
    Column("url", "VARCHAR", "address or key of the text it was read from"),
    Column("text", "VARCHAR", "label, headline or notes"),
    Column("extra", "VARCHAR", "columns of the file that no other column holds, as a JSON object of texts"),
    Column("file", "VARCHAR", "name of the file it was read from; of the member inside an archive after '!'"),
    Column("line", "BIGINT", "line of that file on which the row begins, from 1"),
)
"""The columns in the order of the table."""

OWN_CODE = "X-[A-Z0-9]+"
"""Shape of the code of a party that has no ISO 3166 code, as in case files; one's own coding may hold some that no table knows."""

NAMES = tuple(column.name for column in COLUMNS)
TYPES = MappingProxyType({column.name: column.type for column in COLUMNS})


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A text column as whole numbers and the texts they stand for.

    Parameters
    ----------
    codes : NDArray[np.int32], shape (n_rows,)
        Position in `values`; -1 is missing.
    values : tuple of str
        Sorted, without repeats.
    """

    codes: NDArray[np.int32]
    values: tuple[str, ...]

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Coded:
        """Code a sequence of texts; None is missing.

        Examples
        --------
        >>> Coded.of(["TUR", None, "AZE"]).codes
        array([ 1, -1,  0], dtype=int32)
        """
        import numpy as np  # noqa: PLC0415 - formats only need the names of the columns

        values = tuple(sorted({text for text in texts if text is not None}))
        place = {text: k for k, text in enumerate(values)}
        codes = np.array([-1 if text is None else place[text] for text in texts], dtype=np.int32)
        return cls(codes, values)

    def code_of(self, text: str) -> int:
        """Give the number of a text; -2, which no row has, where the column never holds it."""
        return self.values.index(text) if text in self.values else -2


@dataclass(frozen=True, slots=True, eq=False)
class EventTable:
    """Events as columns of one length, in the order of date, source, source_id, file and line.

    Parameters
    ----------
    columns : Mapping of str to Coded or NDArray
        Any of `NAMES`. Texts are `Coded`; days ``datetime64[D]`` and times ``datetime64[us]`` with NaT as missing; numbers
        ``float64`` with NaN as missing; truth values ``float64`` 0, 1 or NaN.
    made : tuple of (str, str)
        How it was made: presets, filters, and counts before and after them, in words.
    """

    columns: Mapping[str, Coded | NDArray[Any]]
    made: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if unknown := set(self.columns) - set(NAMES):
            raise ValueError(f"not columns of the event table: {', '.join(sorted(unknown))}")
        lengths = {len(c.codes) if isinstance(c, Coded) else len(c) for c in self.columns.values()}
        if len(lengths) > 1:
            raise ValueError(f"columns of different lengths: {sorted(lengths)}")

    def __len__(self) -> int:
        first = next(iter(self.columns.values()), None)
        if first is None:
            return 0
        return len(first.codes) if isinstance(first, Coded) else len(first)

    def texts(self, name: str) -> Coded:
        """Give a text column; KeyError where the table has no such column, TypeError where it is none of texts."""
        column = self.columns[name]
        if not isinstance(column, Coded):
            raise TypeError(f"{name} is no column of texts")
        return column

    def array(self, name: str) -> NDArray[Any]:
        """Give a column of days, times or numbers; KeyError where there is none, TypeError where it holds texts."""
        column = self.columns[name]
        if isinstance(column, Coded):
            raise TypeError(f"{name} is a column of texts")
        return column
