"""Words held against deeds.

In comes a case with its record; out go words by grade, diplomatic acts and material deeds by actor, truces with deaths before
and after, and red lines with what followed. Nothing dated after the day asked about is used, and a missing count is not zero.
"""

from ceasefire.record.classify import COMMITTED, GRADES, Act, Classified, classify, grade
from ceasefire.record.measures import ActorReport, Measures, measure
from ceasefire.record.red_lines import RedLineReport
from ceasefire.record.truces import TruceReport, Window, deaths_series

__all__ = [
    "COMMITTED",
    "GRADES",
    "Act",
    "ActorReport",
    "Classified",
    "Measures",
    "RedLineReport",
    "TruceReport",
    "Window",
    "classify",
    "deaths_series",
    "grade",
    "measure",
]
