import gzip
from pathlib import Path

import numpy as np
import pytest

from ceasefire.errors import CeasefireError, DataError
from ceasefire.leverage.importers import (
    read_baci,
    read_baci_codes,
    read_cepii_gravity,
    read_gdp,
    read_gravity_gdp,
    read_itpd,
    read_plain,
    read_wiod,
)
from ceasefire.leverage.ties_data import (
    read_atop,
    read_cow_alliances,
    read_cow_trade,
    read_sipri,
    read_sipri_register,
    read_sipri_table,
    supplier_shares,
)

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
CODES = {"792": "TUR", "643": "RUS", "31": "AZE"}
BACI = """t,i,j,k,v,q
2019,643,792,271121,4000.5,1.0
2019,643,792,100199,1000,NA
2019,792,643,080521,313000,1
2019,999,643,080521,5,1
2019,31,792,271121,-2,1
""".splitlines()


def lines(path):
    with gzip.open(SHARED / path, "rt", encoding="utf-8") as file:
        yield from file


def shared(path):
    return pytest.mark.skipif(not (SHARED / path).exists(), reason=f"../shared/data/{path} is not here")


def test_baci_rows_are_kept_left_out_or_rejected_by_line_and_products_are_added():
    found = read_baci(BACI, CODES)
    assert found.values == {("RUS", "TUR"): pytest.approx(5.0005), ("TUR", "RUS"): 313.0}
    assert (found.kept, found.left_out, found.rejected) == (3, 0, 2)
    assert [(p.line, p.code) for p in found.problems] == [(5, "unknown-economy"), (6, "negative-flow")]
    assert (found.year, found.unit, found.absent_is_zero) == (2019, "million USD", True)
    assert "Etalab" in found.source.terms
    assert "Gaulier" in found.source.citation
    assert read_baci(BACI, CODES, products=["27"]).values == {("RUS", "TUR"): pytest.approx(4.0005)}


def test_products_keep_their_leading_zero():
    assert read_baci(["t,i,j,k,v", "2019,792,643,80521,7"], CODES, products=["0805"]).kept == 1


def test_flows_of_a_code_without_iso_code_are_left_out_and_may_be_given_one():
    text = ["t,i,j,k,v", "2019,490,792,271121,7000", "2019,643,792,271121,4000"]
    left = read_baci(text, CODES | {"490": ""})
    assert (left.kept, left.left_out, left.rejected) == (1, 1, 0)
    assert read_baci(text, CODES | {"490": "TWN"}).values["TWN", "TUR"] == 7.0


def test_baci_becomes_an_economy_with_home_sales_from_gdp():
    table = read_baci(BACI[:4], CODES).economy(gdp={"TUR": 760_000, "RUS": 1_690_000})
    assert table.sales[table.index("RUS"), table.index("RUS")] == pytest.approx(1_690_000 - 5.0005)
    assert "GDP less exports" in table.note


@pytest.mark.parametrize(
    "header",
    [
        "country_code,country_name,country_iso2,country_iso3",
        "country_code,country_name_abbreviation,iso_2digit_alpha,iso_3digit_alpha",
    ],
)
def test_the_codes_of_old_and_new_releases_are_read(header):
    found = read_baci_codes(["\ufeff" + header, "792,Turkiye,TR,TUR", '490,"Other Asia, nes",N/A,N/A'])
    assert found == {"792": "TUR", "490": ""}
    with pytest.raises(DataError, match="country_code"):
        read_baci_codes(["a,b", "1,2"])


def test_itpd_keeps_domestic_trade_and_a_missing_pair_is_not_zero():
    text = [
        "exporter_iso3,importer_iso3,year,industry_id,trade",
        "A,A,2016,1,8",
        "A,B,2016,1,2",
        "A,B,2016,2,1",
        "B,B,2016,1,9",
        "B,A,2015,1,9",
    ]
    found = read_itpd(text, 2016)
    assert found.values["A", "B"] == 3
    assert (found.kept, found.left_out) == (4, 1)
    with pytest.raises(DataError, match="no value for 1 of 4 pairs: B to A"):
        found.economy()
    assert read_itpd(text, 2016, industries=["2"]).kept == 1


def test_itpd_zeros_that_only_fill_the_table_are_missing_and_reported_ones_are_zero():
    text = [
        "\ufeffexporter_iso3,importer_iso3,year,industry_id,trade,flag_mirror,flag_zero",
        "A,B,2016,1,0,0,r",
        "B,A,2016,1,0,0,u",
        "A,C,2016,1,0,0,u",
        "A,C,2016,2,5,1,p",
    ]
    found = read_itpd(text, 2016)
    assert found.values == {("A", "B"): 0.0, ("A", "C"): 5.0}
    assert (found.kept, found.left_out) == (2, 2)


def test_gravity_rows_of_states_that_did_not_exist_are_left_out():
    text = [
        "year,iso3_o,iso3_d,country_exists_o,country_exists_d,gdp_o,tradeflow_baci",
        "2019,A,B,1,1,5000,1500",
        "2019,A,B,0,1,4000,900",
        "2019,A,C,1,0,5000,10",
    ]
    found = read_cepii_gravity(text, 2019)
    assert (found.values, found.left_out) == ({("A", "B"): 1.5}, 2)
    assert read_gravity_gdp(text, 2019) == {"A": 5.0}


def test_gravity_flows_and_gdps_are_in_millions_and_blank_is_missing():
    text = [
        "year,iso3_o,iso3_d,gdp_o,tradeflow_baci",
        "2019,A,B,5000,1500",
        "2019,B,A,7000,",
        "2019,A,A,5000,NA",
        "2018,A,B,1,1",
    ]
    found = read_cepii_gravity(text, 2019)
    assert found.values == {("A", "B"): 1.5}
    assert read_gravity_gdp(text, 2019) == {"A": 5.0, "B": 7.0}
    with pytest.raises(DataError, match="no value for"):
        found.economy(["A", "B"], gdp={"A": 5.0, "B": 7.0})


def test_a_buyer_without_rows_as_seller_makes_no_square_table_and_the_file_is_named():
    text = ["exporter,importer,value", *(f"{a},{b},5" for a in "AB" for b in "ABC")]
    with pytest.raises(DataError) as caught:
        read_plain(text, file="mine.csv").economy()
    told = {problem.code: (problem.file, problem.message) for problem in caught.value.problems}
    assert told["not-square"] == ("mine.csv", "the table is not square: C buys and never sells")
    assert told["missing-dyad"] == ("mine.csv", "no value for 3 of 9 pairs: C to A, C to B, C to C")
    assert read_plain(text).economy(["A", "B"]).sales.tolist() == [[5, 5], [5, 5]]


def test_members_that_the_table_does_not_have_are_named():
    with pytest.raises(DataError) as caught:
        read_plain(["exporter,importer,value", "AA,AA,5"], file="mine.csv").economy(["AA", "aa", "X"])
    told = [(problem.code, problem.file, problem.message, problem.hint) for problem in caught.value.problems]
    assert told == [
        ("unknown-economy", "mine.csv", "no economy 'X' in the table", "known: AA"),
        ("unknown-economy", "mine.csv", "no economy 'aa' in the table", "did you mean 'AA'?"),
    ]


def test_gdps_given_twice_or_as_no_numbers_are_all_told_by_line():
    with pytest.raises(DataError) as caught:
        read_gdp(["name,gdp", "A,12", "B,", "A,13", "B,x", " A ,12"], file="sizes.csv")
    told = [(one.file, one.line, one.code) for one in caught.value.problems]
    assert told == [("sizes.csv", 4, "duplicate-key"), ("sizes.csv", 5, "wrong-type"), ("sizes.csv", 6, "duplicate-key")]
    assert caught.value.problems[0].message == "a second GDP of 'A'; the first is in line 2"


def test_gravity_repeats_a_gdp_in_many_rows_and_two_different_ones_are_refused():
    rows = ["year,iso3_o,iso3_d,gdp_o", "2019,A,B,5000", "2019,A,C,5000"]
    assert read_gravity_gdp(rows, 2019) == {"A": 5.0}
    with pytest.raises(DataError, match=r"Gravity:4: GDPs of 5 and 6 million USD for 'A'"):
        read_gravity_gdp([*rows, "2019,A,D,6000"], 2019)
    with pytest.raises(DataError, match=r"Gravity:4: gdp_o is 'much'"):
        read_gravity_gdp([*rows, "2019,B,D,much"], 2019)


def test_the_plain_layout_needs_one_year_and_may_say_that_absent_is_zero():
    text = ["exporter,importer,value,year", "A,A,8,2001", "A,B,2,2001", "B,B,9,2001", "B,B,10,2002", "B,A,,2001"]
    with pytest.raises(DataError, match="choose one of 2001, 2002"):
        read_plain(text)
    found = read_plain(text, year=2001, absent_is_zero=True, source="made up")
    assert found.economy().sales.tolist() == [[8, 2], [0, 9]]
    assert (found.left_out, found.source.citation) == (2, "made up")


@pytest.mark.parametrize(
    ("row", "code"),
    [("A,B,-2", "negative-flow"), ("A,B,nan", "wrong-type"), ("B,B,5", "duplicate-key")],
)
def test_a_rejected_value_is_missing_even_where_absence_is_zero_and_the_reason_is_told(row, code):
    found = read_plain(["exporter,importer,value", "A,A,8", "B,A,1", "B,B,9", row], absent_is_zero=True)
    assert found.rejected == 1
    with pytest.raises(DataError) as caught:
        found.economy()
    assert {problem.code: problem.line for problem in caught.value.problems} == {code: 5, "missing-dyad": None}


def test_a_rejected_value_of_others_does_not_stand_in_the_way():
    text = ["exporter,importer,value", "A,A,8", "A,B,2", "B,A,1", "B,B,9", "C,A,-1"]
    assert read_plain(text, absent_is_zero=True).economy(["A", "B"]).sales.tolist() == [[8, 2], [1, 9]]


def test_a_rejected_product_makes_the_whole_pair_missing():
    with pytest.raises(DataError, match="no value for"):
        read_baci([*BACI, "2019,643,792,271122,-3,1"], CODES).economy(["RUS", "TUR"], gdp={"TUR": 760_000, "RUS": 1_690_000})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (["exporter,importer"], "missing-column"),
        ([], "missing-column"),
        (["exporter,importer,value", "A,B"], "bad-row"),
        (["exporter,importer,value"], "no-rows"),
        (["exporter,importer,value", "A,B,x"], "no-rows"),
        (["exporter,importer,value", 'A,"B' + "x" * 200_000], "bad-row"),
    ],
)
def test_files_that_cannot_be_used_say_why(text, code):
    with pytest.raises(DataError) as caught:
        read_plain(text)
    assert code in {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize("seed", range(30))
def test_from_any_text_only_our_own_errors_escape(seed):
    rng = np.random.default_rng(seed)
    pieces = [
        "exporter",
        "importer",
        "value",
        "year",
        ",",
        "\n",
        '"',
        "1",
        "-9",
        "nan",
        "é",
        "\0",
        "ccode1,ccode2,year,flow1,flow2\n",
    ]
    text = "".join(rng.choice(pieces, 60)).splitlines(keepends=True)
    for reader in (read_plain, read_baci_codes, read_cow_trade, read_sipri, read_sipri_table, read_sipri_register):
        try:
            reader(text)
        except CeasefireError:
            continue


def test_cow_trade_keeps_missing_apart_from_zero():
    text = ["ccode1,ccode2,year,flow1,flow2", "2,20,2014,-9,0", "2,20,2013,5,6"]
    (one,) = read_cow_trade(text, year=2014)
    assert (one.first_buys, one.second_buys) == (None, 0.0)
    with pytest.raises(DataError, match="flow1 is 'x'"):
        read_cow_trade(["ccode1,ccode2,year,flow1,flow2", "2,20,2014,x,0"])


@shared("trade_baci2023")
def test_the_matrix_of_194_economies_is_read_whole():
    text = (line.replace("value_kusd", "value") for line in lines("trade_baci2023/trade_long.csv.gz"))
    found = read_plain(text, absent_is_zero=True)
    assert len({code for pair in found.values for code in pair}) == 194
    assert found.rejected == 0


@shared("trade_wiod44")
def test_a_wiod_style_table_is_an_economy_with_its_own_domestic_sales():
    table = read_wiod(lines("trade_wiod44/trade_2000_2014.csv.gz"), 2014).economy()
    assert len(table.names) == 44
    assert table.sales[table.index("RUS"), table.index("TUR")] == pytest.approx(9.4e3, rel=0.02)


@shared("alliances")
def test_alliances_of_both_sources_name_the_pact_of_russia_and_armenia():
    pacts = read_cow_alliances(lines("alliances/alliance_v4.1_by_dyad.csv.gz"), 2012)
    assert any({p.first, p.second} == {"365", "371"} and "defense" in p.obligations for p in pacts)
    atop = read_atop(lines("alliances/peacesciencer_atop_alliance.csv.gz"), 2018)
    assert any((p.first, p.second) == ("365", "371") and "defense" in p.obligations for p in atop)
    assert any((p.first, p.second) == ("640", "373") and "defense" in p.obligations for p in atop)


@shared("arms_sipri_tiv")
def test_published_shares_of_arms_suppliers_come_back():
    ties = read_sipri(lines("arms_sipri_tiv/tiv_1950_2021.csv.gz"))
    shares = supplier_shares(ties, "Azerbaijan", 2016, 2020)
    assert (round(100 * shares["Israel"]), round(100 * shares["Russia"])) == (69, 17)
    assert round(100 * supplier_shares(ties, "Armenia", 2016, 2020)["Russia"]) == 94
    assert supplier_shares(ties, "Nowhere", 2016, 2020) == {}


@pytest.mark.parametrize(
    "header",
    [
        "ddyad,year,atopally,defense,offense,neutral,nonagg,consul,asymm,stateA,stateB",
        "dyad,year,atopally,defense,offense,neutral,nonagg,consul,asymm,mem1,mem2",
        "dyad,year,atopally,atop_defense,atop_offense,atop_neutral,atop_nonagg,atop_consul,asymm,ccode1,ccode2",
    ],
)
def test_every_layout_of_atop_dyad_years_is_read(header):
    (pact,) = read_atop([header, "365371,2018,1,1,0,0,1,1,0,365,371", "2020,2017,1,1,0,0,0,0,0,2,20"], 2018)
    assert (pact.first, pact.second, pact.obligations) == ("365", "371", ("defense", "nonagg", "consul"))


def test_an_atop_file_without_dyads_is_refused():
    with pytest.raises(DataError, match="two states and their obligations"):
        read_atop(["atopid,member,year", "1,2,2018"], 2018)


SIPRI_TABLE = [
    '"TIV of arms exports from Russia, 2018-2019"',
    '"Generated: 1 October 2020"',
    "",
    ",2018,2019,Total",
    "Armenia,,228,228",
    "Azerbaijan,53,0,53",
    ",,,",
    "Total,53,228,281",
]


def test_a_sipri_table_says_whose_it_is_and_blank_is_no_delivery_known():
    found = read_sipri_table(SIPRI_TABLE)
    assert [(tie.supplier, tie.recipient, tie.year, tie.tiv_million) for tie in found] == [
        ("Russia", "Armenia", 2019, 228.0),
        ("Russia", "Azerbaijan", 2018, 53.0),
        ("Russia", "Azerbaijan", 2019, 0.0),
    ]
    assert read_sipri_table(SIPRI_TABLE[3:], supplier="Russia") == found
    turned = read_sipri_table(["TIV of arms imports to Armenia, 2018-2019", *SIPRI_TABLE[3:4], "Russia,,228,228"])
    assert (turned[0].supplier, turned[0].recipient) == ("Russia", "Armenia")
    assert read_sipri_table(["Country,2019", "Russia,228"], recipient="Armenia") == turned


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (SIPRI_TABLE[:3], "no row of years"),
        (SIPRI_TABLE[3:], "nothing says whose table"),
        ([*SIPRI_TABLE[:4], "Armenia,some,1,1"], "2018 is 'some'"),
    ],
)
def test_sipri_tables_that_cannot_be_used_say_why(text, seen):
    with pytest.raises(DataError, match=seen):
        read_sipri_table(text)


def test_a_trade_register_is_spread_over_its_years_of_delivery():
    header = "Recipient,Supplier,Year of order, ,Number delivered, ,Year(s) of delivery,status,SIPRI TIV of delivered weapons"
    rows = [
        "Azerbaijan,Israel,2016,,50,?,2016; 2017; 2019,New,30",
        "Azerbaijan,Russia,2010,,3,,,New,",
        "Azerbaijan,Russia,2010,,3,,2016,New,",
    ]
    found = read_sipri_register(["\ufeffTransfers of major conventional arms", "", header, *rows])
    assert [(tie.supplier, tie.year, tie.tiv_million) for tie in found] == [("Israel", year, 10.0) for year in (2016, 2017, 2019)]
    with pytest.raises(DataError, match="no column 'Recipient'"):
        read_sipri_register(["a,b", "1,2"])
