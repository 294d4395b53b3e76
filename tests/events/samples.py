"""Made-up rows in the layout of each format; no row is from a real file."""

import csv
import io
import zipfile

from ceasefire.events import known_formats
from ceasefire.events.formats import gdelt, phoenix
from ceasefire.testing.event_formats import Sample

FORMS = known_formats()


def lines_of(rows, delimiter):
    return "".join(delimiter.join(row) + "\n" for row in rows).encode()


def zipped(content):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("x.export.CSV", content)
    return data.getvalue()


def quoted(header, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[row.get(name, "") for name in header] for row in rows])
    return out.getvalue().encode()


def gdelt_row(
    number, names, *, day="20201010", code="0871", quad="2", actor=("ARM", "ARMENIA"), target=("AZE", "AZERBAIJAN"), **more
):
    row = dict.fromkeys(names, "")
    row |= {
        "GLOBALEVENTID": str(number),
        "SQLDATE": day,
        "MonthYear": day[:6],
        "Year": day[:4],
        "FractionDate": "2020.7",
        "Actor1Code": f"{actor[0]}GOV",
        "Actor1Name": actor[1],
        "Actor1CountryCode": actor[0],
        "Actor1Type1Code": "GOV",
        "Actor2Code": target[0],
        "Actor2Name": target[1],
        "Actor2CountryCode": target[0],
        "IsRootEvent": "1",
        "EventCode": code,
        "EventBaseCode": code[:3],
        "EventRootCode": code[:2],
        "QuadClass": quad,
        "GoldsteinScale": "9.0",
        "NumMentions": "4",
        "NumSources": "2",
        "NumArticles": "4",
        "AvgTone": "-1.5",
        "ActionGeo_Type": "4",
        "ActionGeo_FullName": 'Shusha "town", Azerbaijan',
        "ActionGeo_CountryCode": "AJ",
        "ActionGeo_Lat": "39.75",
        "ActionGeo_Long": "46.75",
        "DATEADDED": "20201010120000" if len(names) == 61 else "20201010",
        "SOURCEURL": f"https://example.org/{number}",
    } | more
    return [row[name] for name in names]


V1, V2 = gdelt._V1, gdelt._V2
GDELT_1 = Sample(
    FORMS["gdelt"],
    "20130401.export.CSV",
    lines_of([gdelt_row(k, V1) if k % 2 else gdelt_row(k, V1)[:-1] for k in range(1, 8)], "\t"),
    7,
)
GDELT_0 = Sample(FORMS["gdelt"], "1999.csv", lines_of([gdelt_row(k, V1)[:-1] for k in range(1, 5)], "\t"), 4)
GDELT_2 = Sample(
    FORMS["gdelt"],
    "20201010120000.export.CSV",
    lines_of(
        [gdelt_row(k, V2, code=code, quad=quad) for k, (code, quad) in enumerate([("010", "1"), ("0871", "2"), ("190", "4")])], "\t"
    ),
    3,
)
GDELT_T = Sample(
    FORMS["gdelt"],
    "20201010120000.translation.export.CSV",
    lines_of([gdelt_row(5, V2, actor=("", ""), Actor1Code="IGOUNO")], "\t"),
    1,
)
MENTIONS = lines_of(
    [
        f"2|20201010120000|20201010121500|1|example.org|https://example.org/2|3|-1|5|9|1|{conf}|900|-2.5||".split("|")
        for conf in ("20", "70")
    ],
    "\t",
)
ICEWS_NAMES = [
    "Event ID",
    "Event Date",
    "Source Name",
    "Source Sectors",
    "Source Country",
    "Event Text",
    "CAMEO Code",
    "Intensity",
    "Target Name",
    "Target Sectors",
    "Target Country",
    "Story ID",
    "Sentence Number",
    "Publisher",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
]
ICEWS = Sample(
    FORMS["icews"],
    "events.2018.20200427084805.tab",
    lines_of(
        [
            ICEWS_NAMES,
            [
                "7",
                "2018-06-01",
                "Citizen (Türkiye)",
                "b,a",
                "Turkey",
                "Consult",
                "40",
                "1",
                "United Nations",
                '"z,y"',
                "",
                "9",
                "1",
                "Paper",
                "Ankara",
                "",
                "",
                "Turkey",
                "39.9",
                "32.8",
            ],
            [
                "8",
                "2018-06-02",
                "France",
                "",
                "France",
                "Threaten",
                "138",
                "-7",
                "Syria",
                "",
                "Syria",
                "9",
                "2",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
            ],
        ],
        "\t",
    ),
    2,
    1,
)
POLECAT_NAMES = [
    *("Event ID", "Event Date", "Event Type", "Event Mode", "Event Intensity", "Quad Code", "Contexts"),
    *("Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title", "Actor Name Raw"),
    *(
        "Wikipedia Actor ID",
        "Recipient Name",
        "Recipient Country",
        "Recipient COW",
        "Primary Recipient Sector",
        "Recipient Sectors",
    ),
    *("Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID", "Placename", "City", "District", "Province", "Country"),
    *("Latitude", "Longitude", "GeoNames ID", "Raw Placename", "Feature Type", "Source", "Publication Date", "Story People"),
    *("Story Organizations", "Story Locations", "Language", "Version"),
]


def polecat_row(**given):
    return [given.get(name.replace(" ", "_"), "None") for name in POLECAT_NAMES]


POLECAT = Sample(
    FORMS["polecat"],
    "ngecEvents.DV.2020.txt",
    lines_of(
        [
            POLECAT_NAMES,
            polecat_row(
                Event_ID="A1",
                Event_Date="2020-10-10",
                Event_Type="ASSAULT",
                Event_Mode="aerial",
                Event_Intensity="-9",
                Quad_Code="MATERIAL CONFLICT",
                Contexts="military|territory",
                Actor_Name="Azerbaijan",
                Actor_Country="AZE",
                Recipient_Name="Armenia",
                Recipient_Country="ARM",
                Publication_Date="2020-10-11",
            ),
            polecat_row(
                Event_ID="A2",
                Event_Date="2020-10-10",
                Event_Type="CONSULT",
                Event_Mode="phone",
                Quad_Code="VERBAL COOPERATION",
                Actor_Name="Putin; Erdogan",
                Actor_Country="TUR; RUS",
            ),
        ],
        "\t",
    ),
    2,
    1,
)
PHOENIX = Sample(
    FORMS["phoenix"],
    "events.full.20201010.txt",
    lines_of(
        [
            dict(
                dict.fromkeys(phoenix._FIELDS, ""),
                EventID=f"{k}_v1.3.0",
                Date="20201010",
                SourceActorFull="ARMGOV",
                SourceActorEntity="ARM",
                SourceActorRole="GOV",
                TargetActorEntity="AZE",
                EventCode="010",
                EventRootCode="01",
                QuadClass="0",
                GoldsteinScore="0.0",
                CountryCode=country,
                URLs="https://example.org",
            ).values()
            for k, country in enumerate(["AZE", "Azerbaijan", ""])
        ],
        "\t",
    ),
    3,
)
CLINE = Sample(
    FORMS["cline"],
    "PhoenixNYT_1945-2018.csv",
    quoted(
        [
            "eid",
            "story_date",
            "year",
            "month",
            "day",
            "source",
            "source_root",
            "source_agent",
            "target",
            "target_root",
            "target_agent",
            "code",
            "root_code",
            "quad_class",
            "goldstein",
            "joined_issues",
            "lat",
            "lon",
            "placename",
            "countryname",
            "aid",
        ],
        [
            {
                "eid": "1",
                "story_date": "10/10/2019",
                "year": "2019",
                "month": "10",
                "day": "9",
                "source": "TURGOV",
                "source_root": "TUR",
            }
            | {"target": "SYR", "target_root": "SYR", "code": "10", "root_code": "1", "quad_class": "0", "countryname": "Turkey"},
            {
                "eid": "2",
                "story_date": "10/10/2019",
                "year": "2019",
                "month": "10",
                "day": "9",
                "source": "TURMIL",
                "source_root": "TUR",
            }
            | {
                "target": "SYR",
                "target_root": "SYR",
                "code": "190",
                "root_code": "19",
                "quad_class": "4",
                "joined_issues": 'a, "b"',
                "countryname": "SYR",
            },
        ],
    ),
    2,
    1,
)
ACLED_NAMES = [
    *("event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1"),
    *(
        "assoc_actor_1",
        "inter1",
        "actor2",
        "assoc_actor_2",
        "inter2",
        "interaction",
        "civilian_targeting",
        "iso",
        "region",
        "country",
    ),
    *("admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision", "source", "source_scale", "notes"),
    *("fatalities", "tags", "timestamp"),
]
_ACLED_ROW = {
    "event_id_cnty": "SYR1",
    "event_date": "2025-05-16",
    "time_precision": "1",
    "event_type": "Explosions/Remote violence",
    "sub_event_type": "Air/drone strike",
    "actor1": "Military Forces of Turkey (2016-)",
    "inter1": "External/Other forces",
    "actor2": "Unidentified Armed Group (Syria)",
    "iso": "760",
    "country": "Syria",
    "latitude": "36.2",
    "longitude": "37.1",
    "geo_precision": "2",
    "source": "Made up",
    "notes": "first line\nsecond line, with comma",
    "fatalities": "3",
    "timestamp": "1747700000",
}
ACLED_NEW = Sample(
    FORMS["acled"],
    "acled_new.csv",
    quoted(ACLED_NAMES, [_ACLED_ROW, _ACLED_ROW | {"event_id_cnty": "SYR2"}]),
    2,
    1,
    is_multiline=True,
)
ACLED_OLD = Sample(
    FORMS["acled"],
    "acled_old.csv",
    quoted(
        ["data_id", *ACLED_NAMES[:1], "event_id_no_cnty", *ACLED_NAMES[1:], "iso3"],
        [_ACLED_ROW | {"event_date": "16 May 2025", "inter1": "8", "notes": "x", "iso3": "SYR", "event_type": "Battles"}],
    ),
    1,
    1,
)
ACLED_NO_SUB_TYPES = Sample(
    FORMS["acled"],
    "acled_2018.csv",
    quoted(
        [
            "data_id",
            *(name for name in ACLED_NAMES if name not in {"disorder_type", "sub_event_type", "civilian_targeting", "tags"}),
        ],
        [
            _ACLED_ROW | {"event_date": "13-Jan-18", "event_type": "Battle-No change of territory", "notes": "x"},
            _ACLED_ROW | {"event_id_cnty": "SYR2", "event_type": "Remote violence", "notes": "y"},
        ],
    ),
    2,
    1,
)
ACLED_BY_NUMBER = Sample(
    FORMS["acled"],
    "acled_africa.csv",
    quoted(
        [
            *("GWNO", "EVENT_ID_CNTY", "EVENT_ID_NO_CNTY", "EVENT_DATE", "YEAR", "TIME_PRECISION", "EVENT_TYPE", "ACTOR1"),
            *("ALLY_ACTOR_1", "INTER1", "ACTOR2", "ALLY_ACTOR_2", "INTER2", "INTERACTION", "COUNTRY", "LOCATION", "FATALITIES"),
        ],
        [
            {"GWNO": "615", "EVENT_ID_CNTY": "1RTA", "EVENT_DATE": "04/11/2001", "TIME_PRECISION": "1"}
            | {"EVENT_TYPE": "Violence against civilians", "ACTOR1": "Police Forces of Algeria (1999-)", "INTER1": "1"}
            | {"ACTOR2": "Civilians (Algeria)", "ALLY_ACTOR_2": "Students (Algeria)", "LOCATION": "Made up", "FATALITIES": "1"}
        ],
    ),
    1,
    1,
)
UCDP_NAMES = [
    *(
        "id",
        "relid",
        "year",
        "active_year",
        "code_status",
        "type_of_violence",
        "conflict_name",
        "dyad_name",
        "side_a_new_id",
        "side_a",
    ),
    *("side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office", "source_headline", "where_prec"),
    *("where_coordinates", "latitude", "longitude", "country", "country_id", "date_prec", "date_start", "date_end"),
    *("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob"),
]
UCDP_ROW = {
    "id": "1",
    "type_of_violence": "1",
    "conflict_name": "Azerbaijan: Nagorno-Karabakh",
    "side_a": "Government of Azerbaijan",
    "side_a_new_id": "139",
    "side_b": "Republic of Artsakh",
    "number_of_sources": "-1",
    "where_prec": "1",
    "latitude": "39.8",
    "longitude": "46.8",
    "country_id": "373",
    "date_prec": "2",
    "date_start": "2020-10-10 00:00:00.000",
    "date_end": "2020-10-12 00:00:00.000",
    "best": "12",
    "high": "10",
    "low": "8",
    "gwnoa": "373",
}
UCDP_NEW = Sample(
    FORMS["ucdp"], "GEDEvent_v25_1.csv", quoted(UCDP_NAMES, [UCDP_ROW, UCDP_ROW | {"id": "2", "type_of_violence": "3"}]), 2, 1
)
UCDP_CANDIDATE = Sample(
    FORMS["ucdp"], "GEDEvent_v25_0_3.csv", quoted(UCDP_NAMES[::-1], [UCDP_ROW | {"code_status": "Check"}]), 1, 1
)
_TAGS = ",".join("#date+start" if name == "date_start" else "" for name in [*UCDP_NAMES, "iso3"])
_HDX = quoted([*UCDP_NAMES, "iso3"], [UCDP_ROW | {"iso3": "AZE", "country_id": ""}]).decode().split("\n", 1)
UCDP_HDX = Sample(FORMS["ucdp"], "conflict_data_AZE.csv", f"{_HDX[0]}\n{_TAGS}\n{_HDX[1]}".encode(), 1, 2)
PAX = Sample(
    FORMS["pax"],
    "pax_all_agreements_data_v6.csv",
    quoted(
        ["Con", "PPName", "AgtId", "Ver", "Agt", "Dat", "Stage", "Part", "ThrdPart", "Loc1ISO", "Ce"],
        [
            {
                "Con": "X",
                "AgtId": "9",
                "Agt": "A truce, made up",
                "Dat": "2020-10-10",
                "Stage": "Cea",
                "Part": "A; B",
                "Loc1ISO": "AZE",
                "Ce": "3",
            }
        ],
    ),
    1,
    1,
)
MIE_NAMES = [
    "micnum",
    "eventnum",
    "ccode1",
    "ccode2",
    "stmon",
    "stday",
    "styear",
    "endmon",
    "endday",
    "endyear",
    "sidea1",
    "action",
    "hostlev",
    "fatalmin1",
    "fatalmax1",
    "fatalmin2",
    "fatalmax2",
    "version",
]
MIE = Sample(
    FORMS["mie"],
    "mie-1.0.csv",
    lines_of(
        [
            MIE_NAMES,
            ["2", "1", "2", "200", "5", "-9", "1902", "5", "-9", "1902", "1", "1", "2", "0", "0", "-9", "0", "mie-1.0"],
            ["3", "1", "365", "640", "-9", "-9", "1953", "-9", "-9", "1953", "1", "16", "4", "1", "2", "3", "4", "mie-1.0"],
        ],
        ",",
    ),
    2,
    1,
)
OWN = Sample(
    FORMS["own"],
    "mine.csv",
    quoted(
        ["date", "actor", "target", "code", "act", "grade", "deaths_best", "text", "mood"],
        [
            {"date": "2020-10-10", "actor": "Türkiye", "target": "AZE", "code": "051", "text": "=SUM(A1)", "mood": "warm"},
            {"date": "2020-10-11", "actor": "X-OSCE", "act": "deed", "deaths_best": "0"},
            {"date": "2020-10-12", "actor": "The Guards of X", "code": "138", "grade": "demand"},
        ],
    ),
    3,
    1,
)
OWN_LINES = Sample(
    FORMS["own-lines"],
    "mine.jsonl",
    b'{"date": "2020-10-10", "actor": "TUR", "target": "AZE", "code": "051", "text": "line\\nend", "mood": "warm"}\n'
    b'{"date": "2020-10-11", "actor": "RUS", "code": "045", "deaths_best": 3}\n',
    2,
)
SAMPLES = (
    *(GDELT_0, GDELT_1, GDELT_2, GDELT_T, ICEWS, POLECAT, PHOENIX, CLINE, ACLED_NEW, ACLED_OLD),
    *(ACLED_NO_SUB_TYPES, ACLED_BY_NUMBER),
    *(UCDP_NEW, UCDP_CANDIDATE, UCDP_HDX, PAX, MIE, OWN, OWN_LINES),
)
