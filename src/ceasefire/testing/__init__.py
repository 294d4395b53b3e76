"""What tests of any room may use: small cases made by hand, random economies."""

from ceasefire.testing.cases import a_case, a_judgement, a_lever, a_party, an_entry
from ceasefire.testing.economies import random_cost, random_economy, random_sector_economy

__all__ = ["a_case", "a_judgement", "a_lever", "a_party", "an_entry", "random_cost", "random_economy", "random_sector_economy"]
