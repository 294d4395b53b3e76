"""What tests of any room may use: small cases made by hand, random economies, small problems with unknowns."""

from ceasefire.testing.cases import a_case, a_judgement, a_lever, a_party, a_short_war, an_entry
from ceasefire.testing.economies import random_cost, random_economy, random_sector_economy
from ceasefire.testing.problems import a_border_with_two_powers, a_doubtful_attack, a_random_uncertain_problem, state_text

__all__ = [
    "a_border_with_two_powers",
    "a_case",
    "a_doubtful_attack",
    "a_judgement",
    "a_lever",
    "a_party",
    "a_random_uncertain_problem",
    "a_short_war",
    "an_entry",
    "random_cost",
    "random_economy",
    "random_sector_economy",
    "state_text",
]
