"""Commands on event data: import files into a store, fetch them, say what is held, and ask."""

from __future__ import annotations

from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.cli.inputs import AsJson, check_store, print_json
from ceasefire.cli.progress import Progress
from ceasefire.cli.wording import counted
from ceasefire.errors import visible

if TYPE_CHECKING:
    from ceasefire.events import Import, Status

events = typer.Typer(
    help="Event data: import, fetch, status, query, rejects.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)

Store = Annotated[Path, typer.Option("--store", envvar="CEASEFIRE_EVENTS", help="Folder of the event store.")]
_STORE = Path("events-store")
_FILTERS = "raw, one-a-day, one-a-day-names, root, confidence=N, sources=N, two-states, precise-dates, normalised."
_SHOWN = "date,source,actor,target,code,act,deaths_best,text"


@events.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders of which every file is taken.")],
    store: Store = _STORE,
    format_name: Annotated[str, typer.Option("--format", help="Name of a format; auto looks at the first lines.")] = "auto",
    vintage: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day on which the files were known, where their format does not tell: YYYY-MM-DD."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add event files to the store. The same file twice adds nothing; a newer vintage supersedes and keeps the old."""
    from ceasefire import events  # noqa: PLC0415
    from ceasefire.events.gathering import check_files  # noqa: PLC0415

    check_files(paths)
    with Progress() as progress:
        day = vintage.date().isoformat() if vintage else ""
        done = events.import_files(store, paths, format_name=format_name, vintage=day, tell=progress.tell)
    _report(done, as_json=as_json)


def _report(done: Import, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "files": [
                    {
                        "file": c.file,
                        "format": c.format,
                        "release": c.release,
                        "rows_in": c.rows_in,
                        "kept": c.kept,
                        "rejected": c.rejected,
                    }
                    for c in done.files
                ],
                "known": list(done.known),
                "refused": [{"file": file, "reason": reason} for file, reason in done.refused],
                "repeated": done.repeated,
                "superseded": done.superseded,
            }
        )
    else:
        for counts in done.files:
            named = f"{counts.format} {counts.release}".strip()
            typer.echo(f"{counts.file}: {named}: {counts.rows_in} rows in = {counts.kept} kept + {counts.rejected} rejected")
        for name in done.known:
            typer.echo(f"{name}: known already, nothing added")
        if not (done.files or done.known or done.refused):
            typer.echo("No file to import: those whose names begin with a dot, and the store itself, are left out.")
        if done.repeated:
            typer.echo(f"{counted(done.repeated, 'row')} repeated: key, vintage and release of another row; kept, and one counts")
        if done.superseded:
            typer.echo(f"{counted(done.superseded, 'row')} superseded by a newer vintage or a later release; kept")
        for path, reason in done.refused:
            typer.echo(f"not used: {reason}\n  path: {visible(path)}", err=True)
    if done.refused:
        raise typer.Exit(4)


@events.command()
def fetch(  # noqa: PLR0917 - options of a command
    source: Annotated[str, typer.Argument(help="gdelt, gdelt-translated, ucdp or acled.")],
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
    folder: Annotated[Path, typer.Option(help="Where the files are put.")] = Path("events-files"),
    version: Annotated[str, typer.Option(help="Release of UCDP, such as 25.1.")] = "",
    address: Annotated[str, typer.Option(help="Instead of the source's own.")] = "",
) -> None:
    """Fetch event files, with checksums, going on where a fetch broke off; then `events import` them.

    Tokens come from the environment (UCDP_TOKEN; ACLED_USERNAME and ACLED_PASSWORD) or the keyring, and are written nowhere.
    """
    from ceasefire.events.fetching import fetch as get  # noqa: PLC0415

    with Progress() as progress:
        done = get(source, since.date(), until.date(), folder, version=version, address=address, tell=progress.tell)
    typer.echo(f"{counted(len(done.files), 'file')} in {folder}, {done.already} of them there before")
    for note in done.notes:
        typer.echo(f"note: {note}", err=True)


@events.command()
def status(store: Store = _STORE, as_json: AsJson = False) -> None:
    """Say what the store holds: coverage per source, rejects by reason, rows put out of date."""
    from ceasefire.events import EventStore  # noqa: PLC0415

    found = EventStore(store).status()
    if as_json:
        print_json(_status_json(found))
        return
    if not found.files:
        typer.echo(f"The store {store} is empty: `ceasefire events import PATH` adds files; another one is named by --store.")
        return
    typer.echo(f"{found.files} files: {found.rows_in} rows in = {found.kept} kept + {found.rejected} rejected")
    for one in found.coverage:
        span = f"{one.first} to {one.last}, {counted(len(one.months), 'month')} with rows"
        typer.echo(f"  {one.source}: {one.rows} rows, {span}")
    typer.echo(f"  mentions: {found.mentions}")
    typer.echo(f"  repeated (key, vintage and release of another row): {found.repeated}")
    typer.echo(f"  superseded (a newer vintage or a later release is held): {found.superseded}")
    for file, reason, number in found.reasons:
        typer.echo(f"  rejected in {file}: {number} times {reason}")
    typer.echo("A month without rows has no coverage here; that is not the same as no events.")


def _status_json(found: Status) -> dict[str, object]:
    return {
        "files": found.files,
        "rows_in": found.rows_in,
        "kept": found.kept,
        "rejected": found.rejected,
        "mentions": found.mentions,
        "repeated": found.repeated,
        "superseded": found.superseded,
        "coverage": [{"source": c.source, "rows": c.rows, "months": dict(c.months)} for c in found.coverage],
        "reasons": [{"file": file, "reason": reason, "rows": number} for file, reason, number in found.reasons],
    }


@events.command()
def rejects(
    file: Annotated[str, typer.Argument(help="Name of a file as `status` shows it.")],
    store: Store = _STORE,
    as_json: AsJson = False,
) -> None:
    """Show the rejected rows of a file: line, reason, raw text."""
    from ceasefire.events import EventStore  # noqa: PLC0415

    check_store(store, "--store")
    rows = EventStore(store).rejects(file)
    if as_json:
        print_json([{"line": line, "reason": reason, "raw": raw} for line, reason, raw in rows])
        return
    for line, reason, raw in rows:
        typer.echo(f"{file}:{line}: {reason}: {visible(raw)}")
    if not rows:
        typer.echo(f"No rejected row of {file!r}.")


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@events.command()
def query(  # noqa: PLR0917 - options of a command
    store: Store = _STORE,
    source: Annotated[str, typer.Option(help="Data sets as `status` shows them, with commas.")] = "",
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of the events.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of the events.")] = None,
    actor: Annotated[str, typer.Option(help="Who acts: codes such as TUR or X-OSCE, with commas.")] = "",
    target: Annotated[str, typer.Option(help="Toward whom, likewise.")] = "",
    dyad: Annotated[str, typer.Option(help="Two codes: either toward the other, as in TUR,AZE.")] = "",
    code: Annotated[str, typer.Option(help="CAMEO codes, each with all below it.")] = "",
    quad: Annotated[str, typer.Option(help="1 verbal, 2 material cooperation, 3 verbal, 4 material conflict.")] = "",
    act: Annotated[str, typer.Option(help="word, diplomatic, deed.")] = "",
    country: Annotated[str, typer.Option(help="Country of the place.")] = "",
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", help="Only what was known then: a time, or a day at its beginning.")
    ] = None,
    presets: Annotated[list[str] | None, typer.Option("--filter", help=f"{_FILTERS} Several with commas, or given again.")] = None,
    by: Annotated[str, typer.Option(help="Count by these columns instead, as in month,actor,quad; --out writes the counts.")] = "",
    columns: Annotated[str, typer.Option(help="Columns to show.")] = _SHOWN,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show; files and counts are always whole.")] = 20,
    out: Annotated[Path | None, typer.Option(help="Write to a .csv, .parquet, .json or .jsonl file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the store. Filtered and unfiltered counts are always told, with the filters by name."""
    from ceasefire import events  # noqa: PLC0415

    question = events.Question(
        sources=_list(source),
        since=since.date() if since else None,
        until=until.date() if until else None,
        actors=_list(actor),
        targets=_list(target),
        dyad=_list(dyad),
        codes=_list(code),
        quads=_quads(quad),
        acts=_list(act),
        countries=_list(country),
        as_of=as_of,
        presets=tuple(events.preset(name) for name in _list(",".join(presets or ()))),
    )
    check_store(store, "--store")
    held = events.EventStore(store)
    if out is not None:
        made = held.export(question, out, _list(columns) if columns != _SHOWN else events.NAMES, by=_list(by))
        _print(("file",), [(str(out),)], made, as_json=as_json)
    elif by:
        tally = held.tally(question, _list(by))
        _print(tally.columns, list(tally.rows), tally.made, as_json=as_json)
    else:
        names = _list(columns)
        rows, made = held.first(question, names, limit)
        _print(names, list(rows), made, as_json=as_json)


def _quads(text: str) -> tuple[int, ...]:
    if not set(text) <= set("01234, "):
        raise typer.BadParameter(f"{text!r} is no list of quad classes: 0 to 4", param_hint="--quad")
    return tuple(int(part) for part in _list(text))


def _print(names: tuple[str, ...], rows: list[tuple[object, ...]], made: tuple[tuple[str, str], ...], *, as_json: bool) -> None:
    if as_json:
        shown = [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in rows]
        print_json({"made": dict(made), "rows": shown})
        return
    typer.echo("\t".join(names))
    for row in rows:
        typer.echo("\t".join("" if value is None else _cell(value) for value in row))
    for name, value in made:
        typer.echo(f"# {name}: {value}")


def _plain(value: object) -> object:
    if isinstance(value, float) and not isfinite(value):  # JSON has no such number
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _cell(value: object) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return visible(" ".join(text.split())[:120])
