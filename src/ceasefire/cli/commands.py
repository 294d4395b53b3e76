"""The commands; each imports the rooms it needs when it runs, so that ``--help`` stays quick."""

from __future__ import annotations

import json
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire import __version__
from ceasefire.cli.progress import Progress
from ceasefire.errors import CaseError, OutputError, Problem

if TYPE_CHECKING:
    from ceasefire.graphmodel import GraphModel
    from ceasefire.mediation import Problem as MediationProblem

app = typer.Typer(
    name="ceasefire",
    help="From words to actions: find who can stop a war, with which credible promises, and at what price.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """What a brief can be written as."""

    HTML = "html"
    MD = "md"
    JSON = "json"


class Credibility(StrEnum):
    """How an unbelievable lever counts."""

    IGNORE = "ignore"
    FILTER = "filter"
    PRICE = "price"


CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="Name of a bundled case, or path of a case file or folder.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Use nothing dated later (YYYY-MM-DD); default: the case's own date.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date; write it as 2020-10-08", param_hint="--as-of") from None


def _show_version(value: bool) -> None:  # noqa: FBT001 - typer's signature
    if value:
        typer.echo(f"ceasefire {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Hold the options that come before the command."""


@app.command()
def brief(
    case: CaseArgument,
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder to write to; default: briefs/NAME.")
    ] = None,
    formats: Annotated[
        list[Format] | None, typer.Option("--format", help="Write only this format; may be repeated. Default: all.")
    ] = None,
) -> None:
    """Answer the questions about a war: writes brief.html, brief.md and brief.json."""
    from ceasefire import study  # noqa: PLC0415

    day = _day(as_of)
    with Progress() as progress:
        run = study.run(case, as_of=day, tell=progress.tell)
        folder = out if out is not None else Path("briefs") / run.name
        progress.tell("writing the brief")
        paths = study.write(run, folder, formats=tuple(f.value for f in formats or list(Format)))
    for sentence in run.lead:
        typer.echo(sentence)
    for path in paths:
        typer.echo(path)


@app.command()
def check(case: CaseArgument) -> None:
    """Read a case and report every problem and every doubt in it."""
    from ceasefire import case as cases  # noqa: PLC0415

    warnings = cases.check(case)
    for warning in warnings:
        typer.echo(warning, err=True)
    loaded = cases.load(case)
    owners = {lever.owner for lever in loaded.levers}
    typer.echo(
        f"{loaded.name}: {len(loaded.parties)} parties, {len(loaded.options)} options, {len(loaded.levers)} levers of "
        f"{len(owners)} powers, {len(loaded.record)} record entries, {len(loaded.sources)} sources; "
        f"{len(warnings)} warning{'' if len(warnings) == 1 else 's'}"
    )


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the case, in lower case, such as border-2031.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder to create; default: ./NAME.")] = None,
) -> None:
    """Write the skeleton of a case: a folder that passes `ceasefire check` and explains itself."""
    from ceasefire import case as cases  # noqa: PLC0415
    from ceasefire import store  # noqa: PLC0415

    files = cases.scaffold(name)
    folder = out if out is not None else Path(name)
    if folder.exists():
        raise OutputError(f"{folder}: exists already and is left as it is\n  hint: choose another name, or --out DIR")
    for file, text in files.items():
        store.write_text(folder / file, text)
        typer.echo(folder / file)


@app.command("cases")
def list_cases() -> None:
    """List the bundled cases."""
    from ceasefire import case as cases  # noqa: PLC0415

    for name in cases.bundled():
        loaded = cases.load(name)
        typer.echo(f"{name:<16} {loaded.title} (as of {loaded.as_of})")


@app.command()
def schema() -> None:
    """Print the JSON Schema of case files, for editors that complete and check as you type."""
    from ceasefire import case as cases  # noqa: PLC0415

    _print_json(cases.json_schema())


FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="A case, or a file in the exchange format (JSON).")]


@app.command()
def solve(
    file: FileArgument,
    as_json: AsJson = False,
    concepts: Annotated[
        str, typer.Option("--concepts", metavar="LIST", help="Stability concepts, separated by commas.")
    ] = "Nash,GMR,SMR,SEQ",
    as_of: AsOf = None,
) -> None:
    """Find which states are stable, for whom, in which sense (case, exchange format, or .gmcr)."""
    from ceasefire import graphmodel  # noqa: PLC0415

    model = _model(file, _day(as_of))
    known = {name.lower(): name for name in graphmodel.CONCEPTS}
    wanted = [part.strip() for part in concepts.split(",") if part.strip()]
    for part in wanted:
        if part.lower() not in known:
            raise typer.BadParameter(
                f"unknown concept {part!r}; known: {', '.join(graphmodel.CONCEPTS)}", param_hint="--concepts"
            )
    solution = graphmodel.solve(model, concepts=tuple(known[part.lower()] for part in wanted))
    answer = graphmodel.solution_json(model, solution)
    if as_json:
        _print_json(answer)
        return
    typer.echo(f"{len(answer['states'])} states; equilibria (stable for every party):")
    for concept, numbers in answer["equilibria"].items():
        typer.echo(f"  {concept}: {', '.join(str(n) for n in numbers) or 'none'}")
        for number in numbers:
            typer.echo(f"    {number}: {_state_text(model, answer['states'][str(number)])}")


@app.command()
def packages(
    file: FileArgument,
    as_json: AsJson = False,
    credibility: Annotated[
        Credibility | None, typer.Option("--credibility", help="ignore, filter or price; default: as the file says.")
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Find the cheapest packages of threats and promises that make the wanted outcome stable, and who can do it."""
    from ceasefire import mediation  # noqa: PLC0415

    problem = _problem(file, _day(as_of))
    with Progress() as progress:
        progress.tell("searching packages")
        found = mediation.find_packages(problem, credibility=credibility.value if credibility else None)
    answer = mediation.packages_json(problem, found)
    if as_json:
        _print_json(answer)
        return
    if not found.feasible:
        typer.echo("No package of these levers makes the wanted outcome stable.")
        return
    typer.echo(f"Cheapest cost: {answer['min_cost']}")
    for package in answer["optimal_packages"]:
        typer.echo(f"  {', '.join(package) or 'no lever needed'}")
    typer.echo("Smallest coalitions that can do it:")
    for coalition in answer["minimal_coalitions"]:
        typer.echo(f"  {' + '.join(coalition) or 'nobody is needed'}")


def _state_text(model: GraphModel, vector: str) -> str:
    taken = [option.name for option, sign in zip(model.options, vector, strict=True) if sign == "Y"]
    return ", ".join(taken) or "nothing"


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def _read(file: str) -> bytes:
    path = Path(file)
    try:
        if path.stat().st_size > 50_000_000:
            raise CaseError([Problem(file, None, None, "too-large", "larger than 50 MB", "is this the right file?")])
        return path.read_bytes()
    except OSError as error:
        hint = "give the path of a file, or the name of a bundled case (`ceasefire cases` lists them)"
        raise CaseError([Problem(file, None, None, "missing-file", f"cannot be read: {error.strerror}", hint)]) from error


def _text(file: str) -> str:
    try:
        return _read(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text (byte {error.start})"
        raise CaseError([Problem(file, None, None, "not-utf8", message, "save the file as UTF-8")]) from error


def _model(file: str, as_of: date | None) -> GraphModel:
    from ceasefire import graphmodel  # noqa: PLC0415

    suffix = Path(file).suffix.lower()
    if suffix == ".gmcr":
        return graphmodel.read_gmcr(_read(file), file)
    if suffix == ".json":
        return graphmodel.read_exchange(_text(file), file)
    from ceasefire import case as cases  # noqa: PLC0415
    from ceasefire import study  # noqa: PLC0415

    return study.graph_model(cases.load(file, as_of=as_of))


def _problem(file: str, as_of: date | None) -> MediationProblem:
    from ceasefire import mediation  # noqa: PLC0415

    if Path(file).suffix.lower() == ".json":
        return mediation.read_problem(_text(file), file)
    from ceasefire import case as cases  # noqa: PLC0415
    from ceasefire import study  # noqa: PLC0415

    return study.problem(cases.load(file, as_of=as_of))
