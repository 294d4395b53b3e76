"""Text over options becomes patterns over states.

In comes a condition as people write it, ``aze.offensive and not arm.withdraw``; out go `Pattern` values that any engine can
test against a state (option k is bit k). Text that is no condition is refused with the column and a hint.
"""

from ceasefire.conditions.language import Condition, ConditionError, parse
from ceasefire.conditions.pattern import Pattern, mask

__all__ = ["Condition", "ConditionError", "Pattern", "mask", "parse"]
