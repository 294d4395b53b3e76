"""Levers on the graph: which cheapest package makes a wanted outcome stable, which powers can do it, and whether they would.

In comes a `Problem` (a graph model with stakes, the outcome wanted, levers with owners and costs); out come exact packages,
minimal coalitions, power indices, credibility gaps and reasons. Numbers are exact. Refuses problems that do not fit together.
"""

from ceasefire.mediation.credibility import credibility_gaps
from ceasefire.mediation.exchange import packages_json, read_problem
from ceasefire.mediation.packages import Packages, find_packages
from ceasefire.mediation.problem import Lever, Problem, Wanted
from ceasefire.mediation.verdict import (
    Deterred,
    Undeterred,
    Verdict,
    Withdrawal,
    after_withdrawal,
    check_package,
    exposure,
    held_back,
    open_moves,
    why_each_lever,
    without_levers,
)

__all__ = [
    "Deterred",
    "Lever",
    "Packages",
    "Problem",
    "Undeterred",
    "Verdict",
    "Wanted",
    "Withdrawal",
    "after_withdrawal",
    "check_package",
    "credibility_gaps",
    "exposure",
    "find_packages",
    "held_back",
    "open_moves",
    "packages_json",
    "read_problem",
    "why_each_lever",
    "without_levers",
]
