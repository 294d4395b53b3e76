"""Words held against deeds.

In comes a case with its record, or acts from the event table as arrays; out go words by grade, diplomatic acts and material
deeds by actor, a ledger of commitments with their fate and base rate, reliability and say-do measures, truces with deaths before
and after, changes of level, and red lines with what followed. Nothing dated after the day asked about is used, a missing count
is not zero, and no rate is given without n, base rate and interval, nor for fewer than five.
"""

from ceasefire.record.acts import Acts, acts_of
from ceasefire.record.as_json import ledger_json, measures_json, plain, red_lines_json, truces_json
from ceasefire.record.branching import Branching, branching
from ceasefire.record.breaches import Breaches
from ceasefire.record.classify import COMMITTED, GRADES, Act, Classified, classify, grade
from ceasefire.record.escalation import (
    Change,
    Retaliation,
    Since,
    cusum_changes,
    most_serious_since,
    online_changes,
    retaliation,
)
from ceasefire.record.fates import STATUSES
from ceasefire.record.follow_through import LEAST, Estimate, FollowThrough, NotComplied, follow_through, incidence_of
from ceasefire.record.from_case import acts_from_case, combined, doubts_of, names_of
from ceasefire.record.from_events import acts_from_events
from ceasefire.record.incidence import Incidence, cumulative_incidence
from ceasefire.record.ladder import (
    RUNGS,
    Escalation,
    Grave,
    Levels,
    Rungs,
    Shift,
    busiest_pair,
    report_escalation,
    rung_of_days,
    rungs,
)
from ceasefire.record.lead_lag import Lag, lead_lag
from ceasefire.record.ledger import Ledger, Row, ledger
from ceasefire.record.limits import LIMIT_COLUMNS, Limit, LimitReport, check_parties, read_limits, report_limit
from ceasefire.record.losses import DailyDeaths, Overlap, Window, before_and_after, daily_deaths, direction_of, mean_a_day, overlaps
from ceasefire.record.maps import Rule, demands, read_map, rule_for, words
from ceasefire.record.measures import ActorReport, Measures, measure
from ceasefire.record.outlets import groups_of_entries
from ceasefire.record.own_fates import FATE_COLUMNS, Fate, fates_not_yet, read_fates, with_fates
from ceasefire.record.red_lines import RedLineReport, Weakness
from ceasefire.record.reliability import Reliability, likeness_of_ties, reliability
from ceasefire.record.say_do import CLASSES, Difference, SayDo, equidistance, say_do
from ceasefire.record.surprise import First, Share, bluff_ratio, double_talk, firsts, unannounced
from ceasefire.record.toll import TOLL_COLUMNS, Toll, covered_days, toll
from ceasefire.record.truces import HeldRule, TruceReport, deaths_series, last_day, report_truces, truces_of_counts, truces_of_toll
from ceasefire.record.witnesses import COLUMNS as WITNESS_COLUMNS
from ceasefire.record.witnesses import Witnesses, acts_at, witnesses_of

__all__ = [
    "CLASSES",
    "COMMITTED",
    "FATE_COLUMNS",
    "GRADES",
    "LEAST",
    "LIMIT_COLUMNS",
    "RUNGS",
    "STATUSES",
    "TOLL_COLUMNS",
    "WITNESS_COLUMNS",
    "Act",
    "ActorReport",
    "Acts",
    "Branching",
    "Breaches",
    "Change",
    "Classified",
    "DailyDeaths",
    "Difference",
    "Escalation",
    "Estimate",
    "Fate",
    "First",
    "FollowThrough",
    "Grave",
    "HeldRule",
    "Incidence",
    "Lag",
    "Ledger",
    "Levels",
    "Limit",
    "LimitReport",
    "Measures",
    "NotComplied",
    "Overlap",
    "RedLineReport",
    "Reliability",
    "Retaliation",
    "Row",
    "Rule",
    "Rungs",
    "SayDo",
    "Share",
    "Shift",
    "Since",
    "Toll",
    "TruceReport",
    "Weakness",
    "Window",
    "Witnesses",
    "acts_at",
    "acts_from_case",
    "acts_from_events",
    "acts_of",
    "before_and_after",
    "bluff_ratio",
    "branching",
    "busiest_pair",
    "check_parties",
    "classify",
    "combined",
    "covered_days",
    "cumulative_incidence",
    "cusum_changes",
    "daily_deaths",
    "deaths_series",
    "demands",
    "direction_of",
    "double_talk",
    "doubts_of",
    "equidistance",
    "fates_not_yet",
    "firsts",
    "follow_through",
    "grade",
    "groups_of_entries",
    "incidence_of",
    "last_day",
    "lead_lag",
    "ledger",
    "ledger_json",
    "likeness_of_ties",
    "mean_a_day",
    "measure",
    "measures_json",
    "most_serious_since",
    "names_of",
    "online_changes",
    "overlaps",
    "plain",
    "read_fates",
    "read_limits",
    "read_map",
    "red_lines_json",
    "reliability",
    "report_escalation",
    "report_limit",
    "report_truces",
    "retaliation",
    "rule_for",
    "rung_of_days",
    "rungs",
    "say_do",
    "toll",
    "truces_json",
    "truces_of_counts",
    "truces_of_toll",
    "unannounced",
    "with_fates",
    "witnesses_of",
    "words",
]
