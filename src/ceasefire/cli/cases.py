"""Commands on case files: the brief, the check, a new case, the bundled ones, the schema."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.cli.inputs import AsJson, AsOf, day_of, print_json
from ceasefire.cli.progress import Progress
from ceasefire.cli.wording import counted
from ceasefire.cli.workers import beside
from ceasefire.errors import OutputError

if TYPE_CHECKING:
    from ceasefire.case import Case

_FORMATS = ("html", "md", "json")
_FEW = 8
"""Up to so many levers the search is over before another process has drawn anything."""

CaseName = Annotated[str, typer.Argument(metavar="CASE", help="A bundled case by name, a case folder, or a case file.")]


def brief(
    case: CaseName,
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to write; default: briefs/NAME in the present folder.")
    ] = None,
    formats: Annotated[str, typer.Option("--format", metavar="LIST", help="html, md, json, separated by commas.")] = ",".join(
        _FORMATS
    ),
) -> None:
    """Answer a case: write brief.html, brief.md and brief.json, and print the judgement."""
    from ceasefire.case import load  # noqa: PLC0415

    chosen = _chosen(formats)
    with Progress() as progress, beside() as process:
        progress.tell("reading the case")
        loaded = load(case, as_of=day_of(as_of, "--as-of"))
        helper = process if len(loaded.levers) > _FEW and chosen != ("json",) else None
        if helper:
            helper.submit(import_module, "ceasefire.study")
        from ceasefire import study  # noqa: PLC0415 - while the other process does

        done = study.run(loaded, progress.tell, helper)
        progress.tell("writing")
        written = study.write(done, out or Path("briefs") / done.name, chosen)
    for sentence in done.lead:
        typer.echo(sentence)
    typer.echo()
    for path in written:
        typer.echo(str(path))


def check(case: CaseName) -> None:
    """Check a case: name every problem with file, line and remedy, or say what it holds."""
    from ceasefire.case import examine  # noqa: PLC0415
    from ceasefire.leverage.sheet_reading import read_book  # noqa: PLC0415

    found, warnings = examine(case)
    if found.claims:
        from ceasefire import study  # noqa: PLC0415

        study.look(found)
    for warning in warnings:
        typer.echo(f"{warning}\n  (a warning: the case can be used)", err=True)
    sheets = read_book(found.sheets, f"{case}/sheets.yaml", found).assessments if found.sheets else ()
    counts = {
        "parties": len(found.parties),
        "options": len(found.options),
        "levers": len(found.levers),
        "powers that hold them": len({lever.owner for lever in found.levers}),
        "record entries": len(found.record),
        "sheets": len(sheets),
    }
    listed = ", ".join(f"{what} {count}" for what, count in counts.items())
    verdict = f"can be used, {counted(len(warnings), 'warning')}" if warnings else "no problem found"
    typer.echo(f"{case}: {verdict}. As of {found.as_of}; {listed}.")
    left_out = _left_out(found)
    if left_out:
        typer.echo(f"A brief will say nothing of {'; '.join(left_out)}.")


def _left_out(case: Case) -> list[str]:
    """Say which questions a brief cannot answer for want of something in the case, and of what."""
    found = [] if case.record else ["what was said and done (no record)"]
    if not case.options or case.wanted is None:
        wanting = " and ".join(
            what for what, is_there in (("options", case.options), ("wanted outcome", case.wanted)) if not is_there
        )
        return [*found, f"why the war goes on and who could stop it (no {wanting})"]
    return found if case.levers else [*found, "who could stop it (no levers)"]


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the case; a folder of this name is made.")],
) -> None:
    """Start a case: write a folder with a small complete case to change, which passes `ceasefire check`."""
    from ceasefire.case import scaffold  # noqa: PLC0415
    from ceasefire.store import write_text  # noqa: PLC0415

    made = scaffold(name)
    folder = Path(name)
    if folder.exists():
        raise OutputError(f"{folder}: exists already, and nothing was changed\n  hint: choose another name, or move it away")
    for file, text in made.items():
        write_text(folder / file, text)
        typer.echo(str(folder / file))


def cases(as_json: AsJson = False) -> None:
    """List the bundled cases."""
    from ceasefire.case import bundled, title_of  # noqa: PLC0415

    named = {name: title_of(name) for name in bundled()}
    if as_json:
        print_json(named)
        return
    for name, title in named.items():
        typer.echo(f"{name}: {title}")


def schema() -> None:
    """Print the JSON Schema of case.yaml, for editors that complete and check while one types."""
    from ceasefire.case import json_schema  # noqa: PLC0415

    print_json(json_schema())


def _chosen(text: str) -> tuple[str, ...]:
    wanted = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for part in wanted:
        if part not in _FORMATS:
            raise typer.BadParameter(f"unknown format {part!r}; known: {', '.join(_FORMATS)}", param_hint="--format")
    return wanted or _FORMATS
