"""Files in the layout of GDELT 2.0 (61 columns) for the measurements: drawn values, or real files told again on later days."""

import zipfile

import numpy as np

from ceasefire.events.formats.gdelt import _V2
from ceasefire.reference import cameo_codes, countries


def drawn(path, rows, seed, begin=0):
    """Write rows of drawn values, 200,000 at a time; ids count up from `begin`."""
    rng = np.random.default_rng(seed)
    with path.open("w", encoding="utf-8") as out:
        for first in range(begin, begin + rows, 200_000):
            count = min(200_000, begin + rows - first)
            out.write("\n".join(_lines(rng, first, count)) + "\n")


def _lines(rng, first, count):
    states = [c for c in countries() if c.cameo and c.fips]
    codes = [c for c in cameo_codes().values() if len(c.code) > 2]
    actor, target, place = (rng.integers(0, len(states), count).tolist() for _ in range(3))
    has_actor, has_target = (rng.random(count) < share for share in (0.58, 0.45))
    code = rng.integers(0, len(codes), count).tolist()
    mention = rng.integers(1, 30, count).tolist()
    days = (np.datetime64("2018-01-01") + rng.integers(0, 900, count)).astype(str)
    days = np.char.replace(days, "-", "").tolist()
    for k in range(count):
        row = dict.fromkeys(_V2, "")
        one, other, where, what = states[actor[k]], states[target[k]], states[place[k]], codes[code[k]]
        row |= {"GLOBALEVENTID": str(first + k), "SQLDATE": days[k], "MonthYear": days[k][:6], "Year": days[k][:4]}
        row["FractionDate"] = f"{days[k][:4]}.4"
        if has_actor[k]:
            row |= {"Actor1Code": f"{one.cameo}GOV", "Actor1Name": one.name.upper(), "Actor1CountryCode": one.cameo}
            row["Actor1Type1Code"] = "GOV"
        if has_target[k]:
            row |= {"Actor2Code": other.cameo, "Actor2Name": other.name.upper(), "Actor2CountryCode": other.cameo}
        row |= {"IsRootEvent": str(k % 2), "EventCode": what.code, "EventBaseCode": what.code[:3], "EventRootCode": what.root}
        row |= {"QuadClass": str(what.quad), "GoldsteinScale": str(what.goldstein), "AvgTone": "-2.31481481481481"}
        row |= {"NumMentions": str(mention[k]), "NumSources": str(1 + k % 3), "NumArticles": str(mention[k])}
        for who in ("Actor1", "Actor2", "Action"):
            row |= {f"{who}Geo_Type": "4", f"{who}Geo_FullName": f"Town {k % 5000}, {where.name}"}
            row |= {f"{who}Geo_CountryCode": where.fips, f"{who}Geo_ADM1Code": f"{where.fips}01"}
            row |= {f"{who}Geo_ADM2Code": str(k % 900), f"{who}Geo_FeatureID": str(-k % 90000)}
            row |= {f"{who}Geo_Lat": f"{k % 90}.{k % 997}", f"{who}Geo_Long": f"{k % 180}.{k % 991}"}
        row["DATEADDED"] = f"{days[k]}120000"
        row["SOURCEURL"] = f"https://example.org/news/{days[k]}/{(first + k) // 4}/a-story-about-something-that-happened-somewhere"
        yield "\t".join(row.values())


def retold(path, rows, sources, begin=0):
    """Write the rows of real files over and over, each time a day later, under new ids (from `begin`) and at new addresses."""
    given = [line.split(b"\t") for source in sources for line in _bytes(source).splitlines()]
    day = np.array([f"{c[1][:4].decode()}-{c[1][4:6].decode()}-{c[1][6:].decode()}" for c in given], dtype="datetime64[D]")
    added = np.array([f"{c[59][:4].decode()}-{c[59][4:6].decode()}-{c[59][6:8].decode()}" for c in given], dtype="datetime64[D]")
    written = 0
    with path.open("wb") as out:
        for later in range(begin // len(given), begin // len(given) - (-rows // len(given))):
            days, adds = (np.char.replace((dates + later).astype("S10"), b"-", b"").tolist() for dates in (day, added))
            told = []
            for cells, when, known in zip(given[: rows - written], days, adds, strict=False):
                told.append(
                    b"\t".join(
                        (
                            b"%d" % (begin + written + len(told)),
                            when,
                            *cells[2:59],
                            known + cells[59][8:],
                            cells[60] + b"?%d" % later,
                        )
                    )
                )
            out.write(b"\n".join(told) + b"\n")
            written += len(told)


def _bytes(source):
    with zipfile.ZipFile(source) as archive:
        return archive.read(archive.namelist()[0])
