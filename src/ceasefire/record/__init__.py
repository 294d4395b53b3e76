"""Words held against deeds.

In comes a case with its record; out go words by grade, diplomatic acts and material deeds by actor, truces with deaths before
and after, and red lines with what followed. Nothing dated after the day asked about is used, and a missing count is not zero.
"""

from ceasefire.record.acts import Acts, acts_of
from ceasefire.record.classify import COMMITTED, GRADES, Act, Classified, classify, grade
from ceasefire.record.fates import STATUSES
from ceasefire.record.follow_through import Estimate, FollowThrough, follow_through, incidence_of
from ceasefire.record.from_events import acts_from_events
from ceasefire.record.incidence import Incidence, cumulative_incidence
from ceasefire.record.ledger import Ledger, Row, ledger
from ceasefire.record.maps import Rule, demands, read_map, rule_for, words
from ceasefire.record.measures import ActorReport, Measures, measure
from ceasefire.record.red_lines import RedLineReport
from ceasefire.record.truces import TruceReport, Window, deaths_series

__all__ = [
    "COMMITTED",
    "GRADES",
    "STATUSES",
    "Act",
    "ActorReport",
    "Acts",
    "Classified",
    "Estimate",
    "FollowThrough",
    "Incidence",
    "Ledger",
    "Measures",
    "RedLineReport",
    "Row",
    "Rule",
    "TruceReport",
    "Window",
    "acts_from_events",
    "acts_of",
    "classify",
    "cumulative_incidence",
    "deaths_series",
    "demands",
    "follow_through",
    "grade",
    "incidence_of",
    "ledger",
    "measure",
    "read_map",
    "rule_for",
    "words",
]
