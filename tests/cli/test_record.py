import csv
import json
import re
from datetime import date, timedelta
from functools import cache

import pytest
from typer.testing import CliRunner

from ceasefire import case
from ceasefire.cli.app import app
from ceasefire.errors import DataError, LimitError, OutputError
from ceasefire.events import import_files


@pytest.fixture(autouse=True)
def read_once(monkeypatch):
    """Read the bundled case once for all tests of this file."""
    monkeypatch.setattr(case, "load", LOADED)


LOADED = cache(case.load)


def run(*arguments):
    done = CliRunner().invoke(app, list(arguments))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def answer(*arguments):
    return json.loads(run(*arguments, "--json").output)


def test_the_record_says_russia_spoke_eighteen_times_and_did_nothing():
    shown = run("record", "karabakh-2020").output
    assert "Russia (RUS): 18 words" in shown
    assert re.search(r"Russia \(RUS\): .*0 diplomatic acts, 0 material deeds", shown)
    russia = next(one for one in answer("record", "karabakh-2020")["actors"] if one["actor"] == "RUS")
    assert sum(len(keys) for keys in russia["words"].values()) == 18
    assert (russia["diplomatic_acts"], russia["material_deeds"]) == ([], [])


def test_the_ledger_prints_fates_and_no_rate_without_n_base_and_interval():
    shown = run("ledger", "karabakh-2020", "--as-of", "2020-11-30").output
    assert "declares a truce [2020-10-10-joint-1]: contrary on 2020-10-14 by 2020-10-14-aze-1" in shown
    for line in re.findall(r"^  \w+: n .*$", shown, re.MULTILINE):
        n = int(re.search(r"n (\d+)", line)[1])
        assert ("no rate" in line) == (n < 5)
        assert n < 5 or re.search(r"\d\.\d\d \[\d\.\d\d, \d\.\d\d\], base (\d\.\d\d|not known)", line)


def test_json_and_screen_tell_of_the_same_commitments():
    told = answer("ledger", "karabakh-2020", "--actor", "TUR")
    shown = run("ledger", "karabakh-2020", "--actor", "TUR").output
    assert len(told["commitments"]) == len(re.findall(r"^  \d{4}-", shown, re.MULTILINE))
    assert {row["actor"] for row in told["commitments"]} == {"TUR"}
    assert answer("ledger", "karabakh-2020", "--target", "AZE")["commitments"]
    assert answer("ledger", "karabakh-2020", "--by", "actor,kind")["follow_through"][0]["key"][0]
    key = answer("ledger", "karabakh-2020", "--by", "actor,actor")["follow_through"][0]["key"]
    assert key.count(key[0]) == 1


@pytest.mark.parametrize(
    ("by", "key"),
    [
        ("pair", "Russia (RUS) to Armenia (ARM): n "),
        ("word", "0256 (appeals to calm the fighting): n "),
        ("actor,kind", "Russia (RUS), appeal: n "),
        ("issue", "fighting: n "),
    ],
)
def test_groups_of_rates_are_written_with_names(by, key):
    assert f"\n  {key}" in run("ledger", "karabakh-2020", "--as-of", "2020-11-30", "--most", "0", "--by", by).output


def test_figures_that_cannot_be_written_are_an_error_of_our_own(tmp_path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        run("ledger", "karabakh-2020", "--figures", str(tmp_path / "taken"))


def test_an_own_map_and_own_fates_change_the_ledger(tmp_path):
    rules = tmp_path / "own.csv"
    rules.write_text(
        "word,kind,issue,says,full,partly,contrary,complied,refused,within_days,restraint\n138,threat,force,threatens,19,,,,,30,no\n",
        encoding="utf-8",
    )
    told = answer("ledger", "karabakh-2020", "--map", str(rules), "--demands", str(rules))
    assert {row["word"][:3] for row in told["commitments"]} == {"138"}
    fates = tmp_path / "fates.csv"
    fates.write_text("entry,target,status,closed,closed_by,why\n2020-10-04-art-2,,complied,2020-10-06,,made up\n", encoding="utf-8")
    judged = answer("ledger", "karabakh-2020", "--fates", str(fates))["commitments"]
    assert [row["status"] for row in judged if row["said"] == "2020-10-04-art-2"] == ["complied"]
    earlier = ("ledger", "karabakh-2020", "--as-of", "2020-10-05", "--fates", str(fates))
    assert answer(*earlier)["own_fates"] == {"given": 1, "not_known_yet": 1}
    assert "Fates of your own: 1, of which 1 not known yet on 2020-10-05." in run(*earlier).output
    fates.write_text("entry,target,status,closed,closed_by,why\nnobody,,open,,,made up\n", encoding="utf-8")
    with pytest.raises(DataError, match="nobody"):
        run("ledger", "karabakh-2020", "--fates", str(fates))


def test_truces_show_the_change_of_sign_of_the_third():
    shown = run("truces", "karabakh-2020", "--as-of", "2020-11-25").output
    third = shown[shown.index("Washington") : shown.index("Trilateral")]
    assert "3 days: 62.3 to 69.0" in third
    assert "7 days: 74.4 to 57.4" in third
    assert "no direction" in third
    told = answer("truces", "karabakh-2020", "--as-of", "2020-11-25")
    assert [round(t["windows"][2]["before"]) for t in told] == [70, 110, 74, 62]
    assert [round(t["windows"][2]["after"]) for t in told] == [110, 74, 57, 8]
    assert [t["held"] for t in told] == ["not held", "not held", "not held", "held"]
    assert "No truce had been announced by 2020-10-08" in run("truces", "karabakh-2020").output


def test_truces_say_whose_dead_who_claims_what_and_what_is_not_counted():
    shown = run("truces", "karabakh-2020", "--as-of", "2020-12-12").output
    assert "Moscow humanitarian truce (T1), announced 2020-10-10, brokered by Russia (RUS); in force 2020-10-10T12:00" in shown
    assert "of Armenia (ARM) and Artsakh authorities (X-ART), series arm_list_killed, published by 1000plus.am" in shown
    assert "first breach: 2020-10-10, 5 minutes after it began, claimed by Armenia (ARM); another account: just after noon" in shown
    assert "3 of the days after are days before Second humanitarian truce (T2)" in shown
    assert "1 on the day of the truce, before or after its hour (2020-10-26-aze-1), 1 of low confidence (2020-11-04-aze-1)" in shown
    assert "1 against nobody bound by it (2020-11-09-aze-1)" in shown
    last = shown[shown.index("Trilateral") :]
    assert "first breach: none claimed by then" in last
    assert "told only by later sources (2020-11-26-art-1)" in last
    known = run("truces", "karabakh-2020", "--as-of", "2020-12-13").output
    assert "first breach: 2020-11-26, hour not known, claimed by Azerbaijan (AZE)" in known
    told = answer("truces", "karabakh-2020", "--as-of", "2020-12-12")
    assert (told[3]["claimed_by"], told[3]["other_account"], told[0]["claimed_by"]) == ("", "", "ARM")
    assert told[0]["windows"][1]["shared"] == [{"side": "after", "truce": "T2", "theirs": "before", "days": 3}]
    assert told[0]["breaches"][0]["on_the_day"] == ["2020-10-10-aze-1"]
    assert (told[0]["truce"]["brokers"], told[0]["truce"]["announced"]) == (["RUS"], "2020-10-10")


def test_a_case_without_lines_truces_or_belligerents_says_so():
    assert "No red line had been stated by 2020-09-01." in run("redlines", "karabakh-2020", "--as-of", "2020-09-01").output
    done = run("escalation", "tutorial")
    assert done.exit_code == 2
    assert "the case has no two belligerents: name two parties, ONE,OTHER" in " ".join(done.output.split())
    assert "0 entries of this record" in run("record", "tutorial").output


def test_a_strong_answer_is_not_dated_by_a_weak_one():
    asked = ("redlines", "karabakh-2020", "--as-of", "2020-12-12")
    first = answer(*asked)[0]
    assert (first["response"], first["days_to_response"], first["days_to_strongest"]) == ("deed", 1, 13)
    shown = run(*asked).output
    assert "to the first act: first after 1 day; strongest: deed, after 13 days; answered within 30 days: 1.00" in shown
    assert f"not judged, in the last 30 days: {first['unjudged']}" in shown
    assert first["unjudged"] == len(first["candidates"]) - first["answered"]["n"] > 0
    assert first["corroborated"] == {"stated": 0, "candidates": 13}
    listed = shown.split("Azerbaijan (AZE) to Armenia")[1].split("near misses")[0]
    assert len(first["low_confidence"]) == listed.count("[low confidence]") > 0


def test_red_lines_name_four_weaknesses_each():
    shown = run("redlines", "karabakh-2020").output
    told = answer("redlines", "karabakh-2020")
    assert len(told) == shown.count("  imprecise:") == shown.count("  arbitrary:") == shown.count("  near misses, threats")
    assert shown.count("  weak in ") == len(told)
    weak = sum(weakness["found"] is True for weakness in told[0]["weaknesses"])
    assert f"  weak in {weak} of 4 ways that could be judged:" in shown.split("\n2020")[1]
    for line in told:
        assert all(f"    {key}" in shown for key in line["candidates"])
        assert set(line["named"]) <= set(line["candidates"])
    (border,) = (line for line in told if line["names"] == ["Iranian", "Aras"])
    assert f"of the {len(border['candidates'])} naming Iranian or Aras: {len(border['named'])};" in shown
    assert {weakness["name"] for line in told for weakness in line["weaknesses"]} == {
        "arbitrary",
        "imprecise",
        "unverifiable",
        "incomplete",
    }


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("record", ["words-above-deeds", "words-and-deeds"]),
        ("ledger", ["incidence"]),
        ("truces", ["before-and-after"]),
    ],
)
def test_figures_are_written_with_their_tables(command, names, tmp_path):
    run(command, "karabakh-2020", "--as-of", "2020-11-25", "--figures", str(tmp_path / "out"))
    for name in names:
        assert (tmp_path / "out" / f"{name}.svg").read_text(encoding="utf-8").startswith("<svg")
        rows = list(csv.reader((tmp_path / "out" / f"{name}.csv").read_text(encoding="utf-8").splitlines()))
        assert len(rows) > 3
        assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize("arguments", [("--as-of", "tomorrow"), ("--since", "2020")])
def test_a_bad_date_is_wrong_usage(arguments):
    done = CliRunner().invoke(app, ["record", "karabakh-2020", *arguments])
    assert done.exit_code == 2
    assert "is not a date" in done.output
    assert CliRunner().invoke(app, ["ledger", "karabakh-2020", "--by", "moon"]).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("truces", "--series", "nope"), "series 'nope' is not known; known by day: arm_list_disabled, "),
        (("escalation", "--series", "nope"), "series 'nope' is not known; known by day: "),
        (("truces", "--series", "aze_mil_killed_total"), "'aze_mil_killed_total' is counted up over time, not by day; known by"),
        (("truces", "--ratio", "nan"), "nan is no share above 0"),
        (("truces", "--ratio", "-1"), "-1 is no share above 0"),
        (("record", "--since", "2020-12-01"), "2020-12-01 is after the last day, 2020-10-08"),
        (("ledger", "--since", "2020-12-01"), "2020-12-01 is after the last day, 2020-10-08"),
        (("escalation", "--since", "2020-12-01"), "2020-12-01 is after the last day, 2020-10-08"),
        (("record", "--as-of", "2020-01-01"), "2020-01-01 is before the war's first day, 2020-09-27; name an earlier first day"),
        (("ledger", "--as-of", "2020-01-01"), "2020-01-01 is before the war's first day, 2020-09-27; name an earlier first day"),
        (("escalation", "--as-of", "2020-01-01"), "2020-01-01 is before the war's first day, 2020-09-27"),
        (("ledger", "--actor", "ZZZ"), "'ZZZ' neither acts nor is addressed from 2020-09-27 to 2020-10-08; known: ARM, "),
        (("ledger", "--events", "nowhere"), "'nowhere' is no event store"),
        (("escalation", "--events", "nowhere"), "'nowhere' is no event store"),
    ],
)
def test_what_the_record_does_not_have_is_refused_and_not_counted_as_nothing(arguments, words):
    command, *options = arguments
    done = run(command, "karabakh-2020", *options)
    assert done.exit_code == 2
    assert words in " ".join(done.output.replace("│", " ").split())


def test_events_of_a_store_stand_beside_the_record_which_wins(tmp_path):
    events = tmp_path / "own.csv"
    events.write_text(
        "date,actor,target,code,source_id\n2020-09-29,IND,PAK,138,a\n2020-10-02,IND,PAK,190,b\n2020-10-04,ARM,AZE,190,c\n",
        encoding="utf-8",
    )
    store = tmp_path / "store"
    assert not import_files(store, [events], vintage="2020-10-06").refused
    rows = answer("ledger", "karabakh-2020", "--events", str(store))["commitments"]
    (india,) = [row for row in rows if row["actor"] == "IND"]
    assert (india["said"], india["status"], india["closed_by"]) == ("own a", "fulfilled", "own b")
    assert len(rows) == len(answer("ledger", "karabakh-2020")["commitments"]) + 1
    told = answer("ledger", "karabakh-2020", "--events", str(store))["left_out"]
    assert told["told by the record"] == 1
    earlier = run("ledger", "karabakh-2020", "--as-of", "2020-10-05", "--events", str(store))
    assert earlier.exit_code == 2
    shown = " ".join(earlier.output.split())
    assert "3 rows from 2020-09-27 to 2020-10-05, but none known by then: their vintage is later or unknown" in shown
    assert not import_files(store, [a_file_of(tmp_path, "2020-09-30,IRN,ARM,138,d")]).refused
    assert answer("ledger", "karabakh-2020", "--events", str(store))["left_out"]["of a vintage that is later or unknown"] == 1


HEADER = "date,actor,target,code,source_id,deaths_best"


def a_file_of(tmp_path, *rows, header="date,actor,target,code,source_id", name="more.csv"):
    (tmp_path / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return tmp_path / name


def a_store(tmp_path, *rows, header=HEADER, vintage="2020-12-01", name="store"):
    """Import rows of one's own coding."""
    events = tmp_path / f"{name}.csv"
    events.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    store = tmp_path / name
    assert not import_files(store, [events], vintage=vintage).refused
    return str(store)


def test_truces_take_deaths_and_force_out_of_a_store(tmp_path):
    days = [(date(2020, 10, 1) + timedelta(k)).isoformat() for k in range(30)]
    rows = [f"{day},AZE,ARM,190,k{k},{10 if day < '2020-10-10' else 4}" for k, day in enumerate(days)]
    asked = ("truces", "karabakh-2020", "--as-of", "2020-12-12", "--events", a_store(tmp_path, *rows), "--windows", "3, 7")
    first = answer(*asked)[0]
    assert [(w["days"], w["before"], w["after"]) for w in first["windows"]] == [(3, 10.0, 4.0), (7, 10.0, 4.0)]
    assert (first["series"], first["whose"], first["breaches"]) == ("own", "AZE+ARM", [])
    assert list(first["force"]) == ["", "AZE", "ARM", "X-ART"]
    assert first["coverage"]["rows_by_side"] == {"AZE": 28, "ARM": 28, "X-ART": 0}
    shown = run(*asked).output
    assert "Source own, which has rows from 2020-10-01 to 2020-10-30 as known on 2020-12-12" in shown
    assert "No row names: X-ART" in shown
    assert "3 days: 10.0 to 4.0 deaths a day in 6 rows, ratio 0.40 [" in shown
    assert "(T1)" in shown.split("; held (over 7 days")[0]
    thin = run(*asked[:5], a_store(tmp_path, *rows[5:8], *rows[12:13], name="thin"), *asked[6:]).output
    assert "3 days: 6.7 to 1.3 deaths a day in 3 rows, no ratio" in thin
    assert "direction: not computed; not known whether it held" in thin
    assert "rows of force by Azerbaijan (AZE) a day, before to after: 3 days: 1.0 to 1.0" in shown
    assert "entries of force" not in shown
    assert "28 rows between the parties, 0 of them without a count of deaths; left out: " in shown
    uncounted = a_store(tmp_path, *(row.rsplit(",", 1)[0] + "," for row in rows), name="uncounted")
    silent = run(*asked[:5], uncounted, *asked[6:]).output
    assert "28 of them without a count of deaths" in silent
    assert "3 days: no count\n" in silent
    assert "direction: not computed; not known whether it held" in silent
    between = answer(*asked, "--between", "AZE,ARM")[0]
    assert between["whose"] == "AZE+ARM"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--source", "ucdp"), "goes with --events"),
        (("--between", "AZE,ARM"), "goes with --events"),
        (("--windows", "3,x"), "'3,x' is not a list of days from 1 to 365 such as 3,5,7"),
        (("--windows", "0"), "is not a list of days"),
        (("--days", "99999999"), "Input should be less than or equal to 365"),
        (("--windows", ","), "is not a list of days"),
        (("--events", "STORE", "--series", "arm_list_killed"), "with --events deaths come from the store"),
        (("--events", "STORE", "--source", "ucpd"), "the store has no source 'ucpd'; known: own"),
        (("--events", "STORE", "--between", "AZE"), "'AZE' is not two different codes or names"),
        (("--events", "STORE", "--between", "AZE,AMR"), "no row of 'own' between AZE and AMR"),
        (("--events", "STORE", "--as-of", "2020-11-30"), "1 row up to 2020-11-30, but none known by then: their vintage is later"),
        (("--events", "STORE", "--as-of", "2020-09-01"), "the store has no row up to 2020-09-01; it holds own 2020-10"),
        (("--events", "nowhere"), "'nowhere' is no event store"),
    ],
)
def test_truces_refuse_options_that_cannot_be_answered(options, words, tmp_path):
    store = a_store(tmp_path, "2020-10-01,AZE,ARM,190,k,3")
    done = run("truces", "karabakh-2020", "--as-of", "2020-12-12", *(store if part == "STORE" else part for part in options))
    assert done.exit_code == 2
    assert words in " ".join(done.output.split())


def test_truces_of_a_store_with_several_sources_need_one_named(tmp_path):
    header = f"source,{HEADER}"
    store = a_store(tmp_path, "one,2020-10-05,AZE,ARM,190,k,3", "two,2020-10-05,AZE,ARM,190,k,3", header=header)
    done = run("truces", "karabakh-2020", "--as-of", "2020-12-12", "--events", store)
    assert done.exit_code == 2
    assert "name one of: one, two" in " ".join(done.output.split())
    assert run("truces", "karabakh-2020", "--as-of", "2020-12-12", "--events", store, "--source", "two").exit_code == 0


@pytest.mark.parametrize(
    ("command", "since", "days"),
    [("escalation", "2010-01-01", "3,925"), ("ledger", "1900-01-01", "44,102"), ("record", "1900-01-01", "44,102")],
)
def test_a_period_too_long_to_follow_is_refused_with_its_length(command, since, days):
    with pytest.raises(LimitError, match=f"the period from {since} to 2020-09-29 has {days} days"):
        run(command, "karabakh-2020", "--since", since, "--as-of", "2020-09-29")


def test_long_ledgers_are_cut_on_the_screen_and_say_so():
    assert re.search(r"and \d+ more; see --most", run("ledger", "karabakh-2020", "--most", "3").output)


def test_shares_are_printed_with_days_n_base_and_interval_or_not_at_all():
    rate = r"\d\.\d\d \[\d\.\d\d, \d\.\d\d\], n \d+, base (not known|\d\.\d\d)"
    for options in ((), ("--actor", "AZE", "--target", "X-ART")):
        shown = run("ledger", "karabakh-2020", "--as-of", "2020-11-30", *options).output
        for name in ("Bluffs among resisted threats", "Unannounced deeds", "Days of promise amid force"):
            (line,) = re.findall(rf"^{name}(.*)$", shown, re.MULTILINE)
            found = rf"(: 0 of 0, no rate under 5|, within \d+ days: (\d+ of \d+, no rate under 5|{rate}))(, \d+ not judged)?"
            assert re.fullmatch(found, line)


@pytest.mark.parametrize("command", [("ledger",), ("escalation",), ("record", "--between", "IND,PAK")])
def test_a_store_that_ends_early_is_told_with_its_days(command, tmp_path):
    store = a_store(tmp_path, "2020-09-29,IND,PAK,138,a,", "2020-10-02,IND,PAK,190,b,", "2020-10-09,PAK,IND,190,c,")
    asked = (command[0], "karabakh-2020", "--as-of", "2020-12-12", *command[1:], "--events", store)
    shown = run(*asked).output
    assert "Store: own, 3 rows from 2020-09-29 to 2020-10-09." in shown
    assert "After 2020-10-09 only the record was watching, and days without acts count as quiet" in shown
    told = answer(*asked)
    told = told["between"] if command[0] == "record" else told
    assert told["store"] == [{"source": "own", "rows": 3, "first": "2020-09-29", "last": "2020-10-09"}]
    assert told["last"] == "2020-12-12"


def test_one_source_of_a_store_may_be_asked_alone(tmp_path):
    rows = ("one,2020-09-29,IND,PAK,138,a,", "two,2020-10-02,IND,PAK,190,b,")
    store = a_store(tmp_path, *rows, header=f"source,{HEADER}")
    asked = ("ledger", "karabakh-2020", "--as-of", "2020-12-12", "--events", store)
    assert [one["source"] for one in answer(*asked)["store"]] == ["one", "two"]
    alone = answer(*asked, "--source", "one", "--actor", "IND")
    assert [one["source"] for one in alone["store"]] == ["one"]
    assert [row["status"] for row in alone["commitments"]] == ["expired"]
    for arguments, words in (
        ((*asked, "--source", "three"), "the store has no source 'three'; known: one, two"),
        ((*asked[:4], "--source", "one"), "goes with --events"),
        (("record", *asked[1:4], "--source", "one"), "goes with --between"),
        (("redlines", *asked[1:4], "--source", "one"), "goes with --lines"),
    ):
        done = run(*arguments)
        assert done.exit_code == 2
        assert words in " ".join(done.output.split())


def test_the_period_may_end_before_the_day_of_the_question(tmp_path):
    store = a_store(tmp_path, "2020-09-29,IND,PAK,138,a,", "2020-10-02,IND,PAK,190,b,", "2020-10-09,PAK,IND,190,c,")
    asked = ("--as-of", "2020-12-12", "--events", store, "--until", "2020-10-09")
    for command in ("ledger", "escalation"):
        shown = run(command, "karabakh-2020", *asked).output
        assert shown.startswith("2020-09-27 to 2020-10-09: ")
        assert "(after 2020-10-09)" in shown
        assert "only the record was watching" not in shown
        assert "Store: own, 3 rows from 2020-09-29 to 2020-10-09." in shown
    early = run("ledger", "karabakh-2020", *asked[:-1], "2020-10-05").output
    assert "Store: own, 2 rows from 2020-09-29 to 2020-10-02." in early
    assert {row["status"] for row in answer("ledger", "karabakh-2020", *asked)["commitments"] if row["due"] > "2020-10-09"} >= {
        "open"
    }
    for day, words in (
        ("2020-12-13", "after the day of the question, 2020-12-12"),
        ("2020-09-01", "before the first day, 2020-09-27"),
    ):
        done = run("ledger", "karabakh-2020", "--as-of", "2020-12-12", "--until", day)
        assert done.exit_code == 2
        assert f"{day} is {words}" in " ".join(done.output.split())
    assert "goes with --lines" in " ".join(run("redlines", "karabakh-2020", "--until", "2020-10-01").output.split())


def test_words_of_low_confidence_are_marked_and_shares_say_whose_they_are():
    asked = ("ledger", "karabakh-2020", "--as-of", "2020-12-12", "--actor", "RUS", "--target", "AZE")
    doubted = {row["said"] for row in answer(*asked)["commitments"] if row["low_confidence"]}
    assert doubted == {"2020-11-09-rus-1"}
    shown = run(*asked).output
    for line in re.findall(r"^  \d{4}-.*$", shown, re.MULTILINE):
        assert ("word of low confidence" in line) == ("[2020-11-09-rus-1]" in line)
    assert "Shares of Russia (RUS) toward Azerbaijan (AZE):" in shown
    assert "Shares of all parties:" in run("ledger", "karabakh-2020", "--most", "0").output


def test_filters_reach_every_share():
    asked = ("ledger", "karabakh-2020", "--as-of", "2020-11-30")
    all_of, of_one, to_one = (answer(*asked, *more)["shares"] for more in ((), ("--actor", "AZE"), ("--target", "X-ART")))
    for name, found in all_of.items():
        assert found["n"] > of_one[name]["n"] >= 0 or found["n"] == 0
        assert found["n"] > to_one[name]["n"] >= 0 or found["n"] == 0
    assert {found["days"] for found in all_of.values()} == {3, 30, 32}


def test_a_power_is_held_against_two_adversaries():
    asked = ("record", "karabakh-2020", "--as-of", "2020-11-30", "--between", "RUS,ARM,AZE")
    told = answer(*asked)["between"]
    assert [(one["actor"], one["target"]) for one in told["pairs"]] == [("RUS", "ARM"), ("RUS", "AZE")]
    assert (told["difference"]["deeds"], told["difference"]["balance"]) == (None, None)
    words = told["difference"]["words"]
    assert words["value"] == pytest.approx(told["pairs"][0]["words"]["value"] - told["pairs"][1]["words"]["value"])
    assert words["low"] < words["value"] < words["high"]
    assert "Russia (RUS) toward Armenia (ARM):" in run(*asked).output
    for wrong in ("RUS", "RUS,ARM,AZE,TUR", "RUS,RUS", ","):
        assert "is not two or three different codes" in " ".join(run("record", "karabakh-2020", "--between", wrong).output.split())


def test_words_are_held_against_deeds_of_two_parties_with_events_of_a_store(tmp_path):
    days = [(date(2020, 9, 28) + timedelta(7 * k)).isoformat() for k in range(8)]
    rows = [f"{day},IND,PAK,{code},{code}-{day}," for day in days for code in ("036", "190")]
    store = a_store(tmp_path, *rows)
    asked = ("record", "karabakh-2020", "--as-of", "2020-12-01", "--between", "IND,PAK")
    assert "'IND' neither acts nor is addressed from" in " ".join(run(*asked).output.split())
    told = answer(*asked, "--events", store)["between"]
    india, pakistan = told["pairs"]
    assert (india["counts"], pakistan["counts"]) == ([8, 0, 0, 8, 0], [0, 0, 0, 0, 0])
    assert india["balance"]["value"] == pytest.approx(-1.6)
    assert (india["double_talk"]["hits"], india["double_talk"]["n"], india["double_talk"]["days"]) == (7, 7, 3)
    assert told["difference"] is None
    assert "of a vintage that is later or unknown" in told["left_out"]
    shown = run(*asked, "--events", store).output
    assert (
        "India (IND) toward Pakistan (PAK): words 8 of cooperation, 0 of conflict; deeds 0 of cooperation, 8 of conflict" in shown
    )
    assert re.search(r"days of promise amid its own force within 3 days: 1\.00 \[0\.59, 1\.00\], n 7, base 0\.\d\d", shown)
    assert "acts less words, from -2 to 2 (above 0: acts are better than words): -1.60" in shown
    alone = run("record", "karabakh-2020", "--events", store)
    assert "goes with --between" in " ".join(alone.output.split())


def test_the_record_says_what_it_does_not_count_and_what_is_doubted():
    asked = ("record", "karabakh-2020", "--as-of", "2020-12-31", "--since", "2020-10-09")
    told, shown = answer(*asked), run(*asked).output
    assert f"; {told['before_since']} before 2020-10-09 are in no count." in shown
    low = {one["actor"]: one["low_confidence"] for one in told["actors"]}
    assert low["RUS"] == ["2020-11-09-rus-1"]
    assert re.search(r"^Russia \(RUS\):.*; of low confidence among these: 1;", shown, re.MULTILINE)


def test_escalation_says_when_levels_changed_and_how_grave_days_compare():
    shown = run("escalation", "karabakh-2020", "--as-of", "2020-11-25").output
    told = answer("escalation", "karabakh-2020", "--as-of", "2020-11-25")
    assert told["whose_dead"] == "ARM+X-ART"
    assert "Level of deaths of Armenia (ARM) and Artsakh authorities (X-ART) a day, series arm_list_killed" in shown
    assert "Days of force by Azerbaijan (AZE) answered by force of Armenia (ARM) within 7 days: n 3, no rate under 5" in shown
    assert re.search(r"^2020-09-27 to 2020-11-25: \d+ acts; left out: .*low confidence", shown)
    assert [one["day"] for one in told["deaths"]["shifts"]][-1] == "2020-11-11"
    assert "from 2020-11-11: 77.49 to 6.70" in shown
    worst = {one["day"]: one["since"] for one in told["gravest"]}
    assert worst["2020-11-09"] == "2020-10-15"
    assert "2020-11-09: 116 deaths, first as grave since 2020-10-15" in shown
    assert set(told["parties"]) == {"ARM", "AZE"}
    assert told["breeding"] is None
    assert "not computed" in shown
    assert [len(one[2]) for one in told["words_before_deeds"]] == [17, 17]
    assert told["answers"][0]["answers"]["n"] == 3
    assert "is not two different codes" in run("escalation", "karabakh-2020", "--between", "ARM").output


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("escalation", ("--between", "RUS,XXX")),
        ("escalation", ("--between", "XXX,ARM")),
        ("record", ("--between", "RUS,XXX,AZE")),
        ("record", ("--between", "XXX,ARM,AZE")),
        ("ledger", ("--actor", "XXX")),
        ("ledger", ("--target", "XXX")),
        ("ledger", ("--actor", "RUS", "--ally", "XXX")),
    ],
)
def test_a_code_that_nobody_on_record_has_is_refused_with_those_known(command, options):
    done = run(command, "karabakh-2020", *options)
    assert done.exit_code == 2
    assert "'XXX' neither acts nor is addressed from 2020-09-27 to 2020-10-08; known: ARM, AZE" in " ".join(done.output.split())


@pytest.mark.parametrize("written", ["BP", "US", "051", "999", "", " ", "Ruritania"])
def test_a_code_of_another_kind_is_refused_without_a_guess(written):
    done = run("ledger", "karabakh-2020", "--actor", written)
    assert done.exit_code == 2
    assert "neither acts nor is addressed" in done.output


@pytest.mark.parametrize(("written", "meant"), [("Turkey", "TUR"), ("tur", "TUR"), ("RSU", "RUS"), ("NATO", "X-NATO")])
def test_a_name_or_a_misspelt_code_of_a_party_gets_a_hint(written, meant):
    done = run("ledger", "karabakh-2020", "--actor", written)
    assert done.exit_code == 2
    assert f"did you mean {meant!r}? known: ARM, " in " ".join(done.output.split())


def test_lines_of_ones_own_are_held_against_the_codes_of_acts(tmp_path):
    lines = tmp_path / "lines.csv"
    header = "key,setter,text,since,until,addressees,protected,crossed_by,near,place,reason,checked_by"
    row = "attack,ARM,No attack on Armenia,2020-09-27,,AZE TUR,ARM X-ALL,18 19 20,15 13,the border,,"
    lines.write_text(f"{header}\n{row}\n", encoding="utf-8")
    arguments = ("redlines", "karabakh-2020", "--as-of", "2020-11-25", "--lines", str(lines))
    (told,) = answer(*arguments)["lines"]
    shown = run(*arguments).output
    assert told["limit"]["key"] == "attack"
    assert len(told["crossings"]) == sum(told["codes"].values()) > 0
    assert f"{len(told['crossings'])} crossings" in shown
    assert told["crossings"][0] in shown
    assert "arbitrary: yes (no reason is given why the line runs there)" in shown
    assert f"near misses: {len(told['near'])}" in shown
    assert "5 of 192 (occupies territory)" in shown
    assert "attack: Armenia (ARM) since 2020-09-27: No attack on Armenia" in shown
    assert "to Azerbaijan (AZE), Turkey (TUR), for Armenia (ARM), All parties (X-ALL); place: the border" in shown
    assert f"not judged, in the last 30 days: {told['unjudged']}" in shown or not told["unjudged"]
    assert f"on days on which it did not stand: {told['other_days']} act" in shown
    assert told["answered"]["days"] == 30
    assert told["answered"]["estimate"] is not None
    assert "acts; left out: " in shown
    assert "goes with --lines" in run("redlines", "karabakh-2020", "--events", str(tmp_path)).output
    lines.write_text(f"{header}\n{row.replace('2020-09-27,', '2020-09-27,2020-09-26')}\n", encoding="utf-8")
    lines.write_text(f"{header}\n{row}\n", encoding="utf-8")
    early = run("redlines", "karabakh-2020", "--as-of", "2020-09-26", "--lines", str(lines)).output
    assert "stated only after 2020-09-26: nothing was held against it" in early
    lines.write_text(f"{header}\n", encoding="utf-8")
    assert "The file holds no red line." in run(*arguments).output
    lines.write_text(f"{header}\n{row.replace('2020-09-27,', '2020-09-27,2020-09-26')}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"lines.csv:2: red line 'attack' ends on 2020-09-26, before it was stated on 2020-09-27"):
        run(*arguments)
    coded = "soil,ARM,No attack on Armenian soil,2020-09-27,,AZE TUR,ARM X-ALL,18 19 20,,ARM,,"
    lines.write_text(f"{header}\n{coded}\n", encoding="utf-8")
    (inside,) = answer(*arguments)["lines"]
    assert len(inside["crossings"]) + inside["elsewhere"] == len(told["crossings"])
    assert f"elsewhere or nobody knows where: {inside['elsewhere']} act" in run(*arguments).output
    lines.write_text(f"{header}\n{coded.replace(',ARM,No', ',AMR,No')}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"lines.csv:2: setter of 'soil': nobody has the code 'AMR'"):
        run(*arguments)


def test_reliability_toward_an_ally_weighs_others_by_likeness():
    plain = answer("ledger", "karabakh-2020", "--actor", "RUS", "--as-of", "2020-12-31")
    told = answer("ledger", "karabakh-2020", "--actor", "RUS", "--ally", "ARM", "--as-of", "2020-12-31")
    assert plain["likeness"] is None
    assert told["likeness"]["ARM"] == 1.0
    assert 0 <= told["likeness"]["AZE"] < 1
    counts = [{one["issue"]: one["kept"] + one["broken"] for one in found["reliability"]} for found in (plain, told)]
    assert all(counts[1][issue] <= counts[0][issue] + 1e-9 for issue in counts[1])
    assert any(counts[1][issue] < counts[0][issue] for issue in counts[1])
    shown = run("ledger", "karabakh-2020", "--actor", "RUS", "--ally", "ARM", "--most", "0").output
    assert "toward Armenia (ARM); commitments to others weigh as their ties are like: ARM 1.00" in shown
    assert "goes with --actor" in run("ledger", "karabakh-2020", "--ally", "ARM").output


def test_threats_are_shown_with_how_many_were_carried_out_where_the_target_did_not_give_way(tmp_path):
    days = [(date(2020, 9, 28) + timedelta(14 * k), after) for k, after in enumerate(("190", "190", "", "", "190", "", "", "190"))]
    rows = [f"{day.isoformat()},IND,PAK,138,t{day}," for day, _ in days]
    rows += [f"{(day + timedelta(3)).isoformat()},IND,PAK,{code},d{day}," for day, code in days if code]
    rows += [f"{(day + timedelta(4)).isoformat()},PAK,IND,087,c{day}," for day, code in days[6:] if not code]
    asked = ("ledger", "karabakh-2020", "--as-of", "2021-03-31", "--actor", "IND", "--events", a_store(tmp_path, *rows))
    given = next(one for one in answer(*asked)["follow_through"] if one["key"] == ["threat"])["not_complied"]
    assert (given["n"], 0 < given["rate"]["low"] < given["rate"]["value"] < given["rate"]["high"]) == (6, True)
    shown = re.search(
        r"threat: n 8 .*; of 6 not complied with (\d\.\d\d) \[\d\.\d\d, \d\.\d\d\], base \d\.\d\d$", run(*asked).output, re.M
    )
    assert float(shown[1]) == round(given["rate"]["value"], 2)
