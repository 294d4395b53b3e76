"""What the analyst writes down: parties, options, stakes, levers, ties, red lines, record, sources become a frozen `Case`.

In comes a name of a bundled case, a folder or a file; out goes a `Case` in which every number has a reason and a source or the
mark illustrative. Refuses, all at once and with line and column, everything that is not so.
"""

from ceasefire.case.loading import bundled, check, examine, json_schema, load, scaffold, title_of
from ceasefire.case.model import Case

__all__ = ["Case", "bundled", "check", "examine", "json_schema", "load", "scaffold", "title_of"]
