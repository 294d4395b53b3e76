"""Figures with tables: packages priced under each reading of credibility side by side, and what more certainty costs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ceasefire.brief.answers import MODES, Answers, Strategy, Sureness
from ceasefire.brief.document import Block, Cell, Column, Figure, Paragraph, Span, Table
from ceasefire.brief.notebook import Notebook, figure, listing
from ceasefire.figures.robustness import FrontierRow, PackagePriceRow, frontier, package_prices
from ceasefire.mediation import Outlook, Plan


def prices(answers: Answers, strategy: Strategy, book: Notebook) -> Iterator[Block]:
    """Show price, exposure and gaps of the first cheapest packages in every mode."""
    drawn, cells = [], []
    for one in strategy.priced:
        first = [m for m in MODES if strategy.packages[m].optimal and strategy.packages[m].optimal[0] == one.package]
        name = f"cheapest under {listing(first)}"
        row = [Cell((Span(name), Span(f": {', '.join(sorted(one.package)) or 'no lever'}")))]
        for mode in MODES:
            cost = one.cost[mode]
            drawn.append(PackagePriceRow(name, mode, None if cost is None else float(cost), float(one.exposure), float(one.gap)))
            said = "not possible" if cost is None else figure(float(cost))
            row.append(Cell((book.number(said, f"Cost at its wanted state, credibility {mode}; exact"),)))
        gaps = "; ".join(f"{key} {figure(float(gap))}" for key, gap in sorted(one.gaps.items()) if gap) or "none"
        row += [Cell((Span(figure(float(one.exposure))),)), Cell((book.number(figure(float(one.gap)), f"Sum of gaps: {gaps}"),))]
        cells.append(tuple(row))
    if not cells:
        return
    yield Figure(
        "fig-prices",
        "Price, exposure and credibility gaps of the cheapest packages, in three modes side by side",
        "Bars per package and mode: what it costs, what being tested could cost, and the sum of its credibility gaps",
        package_prices(drawn, book.unit),
        "tab-prices",
        "exact search over the case's levers",
    )
    columns = (Column("Package"), *(Column(m, "number") for m in MODES), Column("Exposure", "number"), Column("Gaps", "number"))
    yield Table("tab-prices", "The cheapest package of each mode, priced in all modes", columns, tuple(cells), folded=True)


def certainty(strategy: Strategy, sure: Sureness, book: Notebook) -> Iterator[Block]:
    """Show what more certainty costs."""
    outlook = sure.outlook
    if len(outlook.frontier) < 2 or strategy.shown is None:
        return
    which = "every package" if outlook.complete else "the explained package, none, and levers added to it, the cheapest first"
    why = "" if outlook.complete else "; others may be cheaper and surer, `ceasefire robust` looks at more"
    yield Paragraph((Span(f"What more certainty costs, in {outlook.draws} draws (seed {outlook.seed}) of {which}{why}."),))
    yield from _as_cheap(strategy, outlook)
    rows, cells = [], []
    for plan in outlook.frontier:
        share = outlook.reliability[plan.package]
        low, high = (None, None) if isinstance(share, Fraction) else (share.low, share.high)
        name = _against(plan, strategy.shown.package)
        rows.append(FrontierRow(name, float(plan.cost), float(plan.reliability), low, high))
        ends = "exact" if low is None or high is None else f"{round(100 * low)} to {round(100 * high)} %"
        cost = book.number(figure(float(plan.cost)), f"Least cost of this package, credibility {strategy.shown.mode}")
        works = Span(f"{round(100 * plan.reliability)} %")
        cells.append((Cell((Span(name),)), Cell((cost,)), Cell((works,)), Cell((Span(ends),))))
    yield Figure(
        "fig-frontier",
        "What more certainty costs",
        "Points of cost and share of draws in which the package works, with intervals; nothing looked at is cheaper and as sure",
        frontier(rows, book.unit),
        "tab-frontier",
        "draws from the stated ranges",
    )
    columns = (Column("Package"), Column("Cost", "number"), Column("Works in", "number"), Column("95 % interval", "number"))
    yield Table("tab-frontier", "Of the packages looked at, those that none cheaper equals", columns, tuple(cells), folded=True)


def _as_cheap(strategy: Strategy, outlook: Outlook) -> Iterator[Block]:
    """Name the surest package that costs no more than the explained one, where that is another."""
    shown = strategy.shown
    if shown is None or shown.package not in outlook.reliability:
        return
    cost = strategy.packages[shown.mode].min_cost
    affordable = [plan for plan in outlook.frontier if cost is not None and plan.cost <= cost]
    plan = max(affordable, key=lambda one: one.cost, default=None)
    own = outlook.reliability[shown.package]
    share = own if isinstance(own, Fraction) else Fraction(own.hits, own.n)
    if plan is None or plan.package == shown.package or plan.reliability <= share:
        return
    surer, sure = round(100 * plan.reliability), round(100 * share)
    text = (
        f"For no more than the explained package costs, this one works in {surer} % of these draws, the explained one in {sure} %: "
        f"{_against(plan, shown.package)}. A threat that works is not carried out, so that a further one can cost nothing."
    )
    yield Paragraph((Span(text),))


def _against(plan: Plan, package: frozenset[str]) -> str:
    """Name a package by how it differs from the explained one."""
    if plan.package == package:
        return "the explained package"
    if not plan.package:
        return "no lever"
    more, less = sorted(plan.package - package), sorted(package - plan.package)
    return " ".join([*(f"+ {key}" for key in more), *(f"− {key}" for key in less)])
