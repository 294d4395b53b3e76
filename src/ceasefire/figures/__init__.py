"""Pictures: plain rows, computed elsewhere, become Vega-Lite specifications, and these become SVG.

In come frozen rows; out go dictionaries that vl-convert draws here and vega-embed draws in a browser. Nothing is counted
or estimated in this room. Refuses specifications that Vega-Lite refuses, and never loads anything.
"""

from ceasefire.figures.bargaining import coalition_costs, leverage_scatter, margins, path
from ceasefire.figures.history import daily_deaths, timeline, word_grades
from ceasefire.figures.ledger import (
    BeforeAfterRow,
    CurveRow,
    HeatRow,
    before_and_after_truces,
    incidence_curves,
    twin,
    words_above_deeds,
    words_and_deeds_heat,
)
from ceasefire.figures.render import draw_ahead, render_svg
from ceasefire.figures.rows import Act, ActRow, CoalitionRow, DayRow, LeverRow, MarginRow, Mark, PathRow, WordsRow
from ceasefire.figures.states import MoveRow, NodeRow, StateRow, option_states, state_graph

__all__ = [
    "Act",
    "ActRow",
    "BeforeAfterRow",
    "CoalitionRow",
    "CurveRow",
    "DayRow",
    "HeatRow",
    "LeverRow",
    "MarginRow",
    "Mark",
    "MoveRow",
    "NodeRow",
    "PathRow",
    "StateRow",
    "WordsRow",
    "before_and_after_truces",
    "coalition_costs",
    "daily_deaths",
    "draw_ahead",
    "incidence_curves",
    "leverage_scatter",
    "margins",
    "option_states",
    "path",
    "render_svg",
    "state_graph",
    "timeline",
    "twin",
    "word_grades",
    "words_above_deeds",
    "words_and_deeds_heat",
]
