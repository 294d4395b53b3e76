"""What pressure costs whom: every lever of a case with the loss of its target, the cost of its owner, and how soon it bites.

In comes a case; out goes a table with ranges, sources and the mark of what nobody measured. Refuses nothing: a lever whose owner
pays nothing has no ratio, and says so.
"""

from ceasefire.leverage.table import LeverageRow, LeverageTable, Range, value

__all__ = ["LeverageRow", "LeverageTable", "Range", "value"]
