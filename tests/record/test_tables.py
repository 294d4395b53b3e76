import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceasefire.errors import CeasefireError, DataError
from ceasefire.record import FATE_COLUMNS, LIMIT_COLUMNS, read_fates, read_limits, read_map
from ceasefire.record.maps import COLUMNS
from ceasefire.record.tables import rows_of
from ceasefire.testing import an_entry

ENTRIES = (an_entry("e", "2031-03-01", "A", cameo="138"),)
READERS = {
    COLUMNS: lambda text: read_map(text, "t.csv"),
    LIMIT_COLUMNS: lambda text: read_limits(text, "t.csv"),
    FATE_COLUMNS: lambda text: read_fates(text, "t.csv", ENTRIES),
}
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["138", "19 20", "A>B: 19", "B>A:", "2031-03-09", "threat", "30", "no", "e", "open", "x;y:z"]),
)


@pytest.mark.parametrize("columns", READERS)
@given(text=st.text(max_size=300))
def test_any_text_gives_a_value_or_one_of_our_own_errors(columns, text):
    for whole in (text, ",".join(columns) + "\n" + text):
        try:
            READERS[columns](whole)
        except CeasefireError as error:
            assert str(error).startswith("t.csv:")


@pytest.mark.parametrize("columns", READERS)
@given(data=st.data())
def test_any_cells_give_a_value_or_one_of_our_own_errors(columns, data):
    lines = data.draw(st.lists(st.lists(CELLS, min_size=len(columns), max_size=len(columns)), max_size=4))
    text = "\n".join([",".join(columns), *(",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)])
    try:
        READERS[columns](text)
    except CeasefireError as error:
        assert str(error).startswith("t.csv:")


def test_columns_may_come_in_any_order_with_others_between_and_quoted_lines_count():
    rows = rows_of('b,x,a\n1,,"two\nlines"\n3,,4\n', "t.csv", ("a", "b"))
    assert rows == ((3, {"a": "two\nlines", "b": "1"}), (4, {"a": "4", "b": "3"}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1\n", "t.csv:2: the line does not have 2 fields"),
        ("a,b\n1,2,3\n", "t.csv:2: the line does not have 2 fields"),
        ('a,b\n"1,2\n', "t.csv:1: not CSV"),
        ("a\n1\n", "t.csv:1: column 'b' is missing"),
        ("", "t.csv:1: nothing is in it"),
        ("\n\n", "t.csv:1: nothing is in it"),
        ("a;b\n1;2\n", "t.csv:1: the first line names none of the columns: 'a;b'\n  hint: part fields by commas, not by ';'"),
        ("1,2\n", "t.csv:1: the first line names none of the columns: '1,2'\n  hint: write the header: a,b"),
        ("a,b,a\n1,2,3\n", "t.csv:1: column 'a' stands twice"),
    ],
)
def test_text_of_another_form_is_refused_with_its_line(text, message):
    with pytest.raises(DataError) as raised:
        rows_of(text, "t.csv", ("a", "b"))
    assert str(raised.value).startswith(message)
