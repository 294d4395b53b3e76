"""Levers on the graph: which cheapest package makes a wanted outcome stable, which powers can do it, and whether they would.

In comes a `Problem` (a graph model with stakes, the outcome wanted, levers with owners and costs); out come exact packages,
minimal coalitions, power indices, credibility gaps and reasons. Numbers are exact. Refuses problems that do not fit together.
"""

from ceasefire.mediation.break_even import LEFT_OUT, BreakEven, break_evens
from ceasefire.mediation.claims import Claims, claims
from ceasefire.mediation.credibility import credibility_gaps
from ceasefire.mediation.doubts import read_uncertain
from ceasefire.mediation.exchange import packages_json, read_problem
from ceasefire.mediation.explanation import Explanation, explain
from ceasefire.mediation.hunt import Bounds
from ceasefire.mediation.intensity import Intensities, find_intensities, intensities_json
from ceasefire.mediation.ordinal import Placed, Statement, ranked, read_ranked
from ceasefire.mediation.outlook import Outlook, Plan, exact_outlook, frontier, outlook_json, sampled_outlook
from ceasefire.mediation.packages import Packages, find_packages
from ceasefire.mediation.plain import explanation_json
from ceasefire.mediation.problem import CONCEPTS, MODES, Lever, Problem, Wanted, levels
from ceasefire.mediation.proof import Proof, why_not
from ceasefire.mediation.robustness import cheapest_package, explore, robustness, widened
from ceasefire.mediation.sampling import Difference, Sample, Share, draws_needed, sample
from ceasefire.mediation.scenarios import Scenarios
from ceasefire.mediation.sentences import sentences
from ceasefire.mediation.sharing import Split, split_cost
from ceasefire.mediation.side_by_side import Priced, price_in_modes, side_by_side
from ceasefire.mediation.spoilers import Withstanding, spoilers, withstand
from ceasefire.mediation.stepping import in_steps
from ceasefire.mediation.timing import Period, acting, timeline
from ceasefire.mediation.trust import Trust, belief_from_record
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
    in_force,
    nearest_state,
    open_moves,
    why_each_lever,
    without_levers,
)
from ceasefire.mediation.worst_case import Guaranteed, worst_case_package

__all__ = [
    "CONCEPTS",
    "LEFT_OUT",
    "MODES",
    "Bounds",
    "BreakEven",
    "Claims",
    "Deterred",
    "Difference",
    "Explanation",
    "Guaranteed",
    "Intensities",
    "Lever",
    "LeverBelief",
    "LeverCost",
    "LeverEffect",
    "Outlook",
    "OwnerTerm",
    "Packages",
    "Period",
    "Placed",
    "Plan",
    "Priced",
    "Problem",
    "Proof",
    "Sample",
    "Scenarios",
    "Share",
    "Split",
    "Spread",
    "StakeTerm",
    "Statement",
    "Trust",
    "UncertainProblem",
    "Undeterred",
    "Unknown",
    "Verdict",
    "Wanted",
    "Withdrawal",
    "Withstanding",
    "acting",
    "after_withdrawal",
    "belief_from_record",
    "break_evens",
    "cheapest_package",
    "check_package",
    "claims",
    "credibility_gaps",
    "draws_needed",
    "exact_outlook",
    "explain",
    "explanation_json",
    "explore",
    "exposure",
    "find_intensities",
    "find_packages",
    "frontier",
    "held_back",
    "in_force",
    "in_steps",
    "intensities_json",
    "levels",
    "nearest_state",
    "open_moves",
    "outlook_json",
    "packages_json",
    "price_in_modes",
    "ranked",
    "read_problem",
    "read_ranked",
    "read_uncertain",
    "robustness",
    "sample",
    "sampled_outlook",
    "sentences",
    "side_by_side",
    "split_cost",
    "spoilers",
    "timeline",
    "why_each_lever",
    "why_not",
    "widened",
    "without_levers",
    "withstand",
    "worst_case_package",
]
