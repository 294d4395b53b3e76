"""Levers on the graph: which cheapest package makes a wanted outcome stable, which powers can do it, and whether they would.

In comes a `Problem` (a graph model with stakes, the outcome wanted, levers with owners and costs); out come exact packages,
minimal coalitions, power indices, credibility gaps and reasons. Numbers are exact. Refuses problems that do not fit together.
"""

from ceasefire.mediation.break_even import BreakEven, break_evens
from ceasefire.mediation.credibility import credibility_gaps
from ceasefire.mediation.doubts import read_uncertain
from ceasefire.mediation.exchange import packages_json, read_problem
from ceasefire.mediation.outlook import Outlook, Plan, exact_outlook, frontier, outlook_json, sampled_outlook
from ceasefire.mediation.packages import Packages, find_packages
from ceasefire.mediation.problem import Lever, Problem, Wanted
from ceasefire.mediation.robustness import explore, robustness
from ceasefire.mediation.sampling import Difference, Sample, Share, draws_needed, sample, wilson
from ceasefire.mediation.scenarios import Scenarios
from ceasefire.mediation.unknowns import (
    LeverBelief,
    LeverCost,
    LeverEffect,
    OwnerTerm,
    Spread,
    StakeTerm,
    UncertainProblem,
    Unknown,
)
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
from ceasefire.mediation.worst_case import Guaranteed, worst_case_package

__all__ = [
    "BreakEven",
    "Deterred",
    "Difference",
    "Guaranteed",
    "Lever",
    "LeverBelief",
    "LeverCost",
    "LeverEffect",
    "Outlook",
    "OwnerTerm",
    "Packages",
    "Plan",
    "Problem",
    "Sample",
    "Scenarios",
    "Share",
    "Spread",
    "StakeTerm",
    "UncertainProblem",
    "Undeterred",
    "Unknown",
    "Verdict",
    "Wanted",
    "Withdrawal",
    "after_withdrawal",
    "break_evens",
    "check_package",
    "credibility_gaps",
    "draws_needed",
    "exact_outlook",
    "explore",
    "exposure",
    "find_packages",
    "frontier",
    "held_back",
    "open_moves",
    "outlook_json",
    "packages_json",
    "read_problem",
    "read_uncertain",
    "robustness",
    "sample",
    "sampled_outlook",
    "why_each_lever",
    "wilson",
    "without_levers",
    "worst_case_package",
]
