"""A case goes in, a `Run` comes out: every room called once, in order, and the brief composed.

The only place where rooms meet. Refuses a case dated against itself; leaves out, with the reason, what a day does not allow.
"""

from ceasefire.study.bridge import graph_model, problem
from ceasefire.study.run import Run, look, run, write
from ceasefire.study.statements import certain, sources
from ceasefire.study.stepping import in_steps
from ceasefire.study.weighing import weighed

__all__ = ["Run", "certain", "graph_model", "in_steps", "look", "problem", "run", "sources", "weighed", "write"]
