"""Figures that commands write beside what they print, each with its table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

Figures = Annotated[
    Path | None, typer.Option("--figures", metavar="DIR", help="Also write figures as SVG, each with its table as CSV.")
]


def draw(folder: Path, name: str, spec: dict[str, Any], rows: Sequence[Any]) -> None:
    """Write a figure as SVG and its rows as CSV into a folder."""
    from ceasefire.figures import render_svg  # noqa: PLC0415
    from ceasefire.figures.ledger import twin_csv  # noqa: PLC0415
    from ceasefire.store import write_text  # noqa: PLC0415

    write_text(folder / f"{name}.svg", render_svg(spec, name=name))
    write_text(folder / f"{name}.csv", twin_csv(rows))
