"""What tests of any room may use: small cases made by hand."""

from ceasefire.testing.cases import a_case, a_judgement, a_lever, a_party, an_entry

__all__ = ["a_case", "a_judgement", "a_lever", "a_party", "an_entry"]
