"""What measures the trade commands ask about, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, cast

import typer

if TYPE_CHECKING:
    from ceasefire.leverage.measures import Kind, Measure

_MOST_RATE = 5.0
_NO_RATE = frozenset({"embargo", "import_ban", "export_ban"})


class Rents(StrEnum):
    """Who gets the margin of a quota."""

    SENDER = "sender"
    TARGET = "target"


Pairs = Annotated[list[str] | None, typer.Option(metavar="SENDERS:TARGETS", help="Codes separated by commas; may be repeated.")]
Rated = Annotated[
    list[str] | None, typer.Option(metavar="SENDERS:TARGETS:RATE", help="As above with a rate, such as USA:CHN:0.25.")
]
Retaliate = Annotated[bool, typer.Option("--retaliate", help="Targets answer each measure with the same.")]
Thetas = Annotated[str, typer.Option(metavar="LIST", help="Trade elasticities, an odd number of at least three.")]
Rows = Annotated[int, typer.Option(metavar="N", min=0, help="How many economies to print besides senders and targets.")]


@dataclass(frozen=True, slots=True)
class MeasuresAsked:
    """Measures as asked for on the command line."""

    kinds: ClassVar[tuple[str, ...]] = ("embargo", "import_ban", "export_ban", "tariff", "friction")

    embargo: Pairs = None
    import_ban: Pairs = None
    export_ban: Pairs = None
    tariff: Rated = None
    friction: Rated = None
    retaliate: Retaliate = False

    def measures(self, *, may_be_none: bool = False) -> list[Measure]:
        """Read the measures of all options and the answers to them; a usage error where there is none and must be one."""
        from ceasefire.leverage.measures import retaliation  # noqa: PLC0415

        found = [one for kind in self.kinds for one in self._of(kind)]
        if not (found or may_be_none):
            raise typer.BadParameter("name at least one measure, such as --embargo RUS:TUR")
        return [*found, *(retaliation(found) if self.retaliate else ())]

    def _of(self, kind: str) -> list[Measure]:
        return _measures(kind, getattr(self, kind))


@dataclass(frozen=True, slots=True)
class SectorMeasuresAsked(MeasuresAsked):
    """Measures on the trade of sectors as asked for on the command line."""

    kinds: ClassVar[tuple[str, ...]] = (*MeasuresAsked.kinds, "export_tax", "quota", "price_cap")

    export_tax: Rated = None
    quota: Rated = None
    rents: Annotated[Rents, typer.Option(help="Who gets the margin of a quota.")] = Rents.SENDER
    price_cap: Rated = None
    sectors: Annotated[str | None, typer.Option(metavar="LIST", help="Sectors the measures touch; default: all.")] = None

    def _of(self, kind: str) -> list[Measure]:
        which = tuple(part.strip() for part in self.sectors.split(",")) if self.sectors else ()
        return [replace(one, sectors=which, rents=self.rents.value) for one in _measures(kind, getattr(self, kind))]


def touched(measures: list[Measure]) -> list[str]:
    """Give senders and targets in the order in which they are named."""
    return list(dict.fromkeys(code for one in measures for code in (one.sender, one.target)))


def _measures(kind: str, given: list[str] | None) -> list[Measure]:
    from ceasefire.leverage.measures import Measure  # noqa: PLC0415

    found: list[Measure] = []
    rated = kind not in _NO_RATE
    for text in given or []:
        parts = text.split(":")
        if len(parts) != (3 if rated else 2):
            form = "SENDERS:TARGETS:RATE, such as USA:CHN,MEX:0.25" if rated else "SENDERS:TARGETS, such as USA,DEU:RUS"
            raise typer.BadParameter(f"{text!r} is not {form}", param_hint=f"--{kind.replace('_', '-')}")
        rate = numbers(parts[2], f"--{kind}")[0] if rated else None
        if rate is not None and rate >= _MOST_RATE:
            message = f"{rate:g} is {rate:.0%}: write 0.25 for 25 %, or use a ban"
            raise typer.BadParameter(message, param_hint=f"--{kind.replace('_', '-')}")
        senders, targets = ([code.strip() for code in part.split(",")] for part in parts[:2])
        if not all((*senders, *targets)):
            message = f"{text!r} has a comma or colon without a code beside it"
            raise typer.BadParameter(message, param_hint=f"--{kind.replace('_', '-')}")
        found += [Measure(cast("Kind", kind), sender, target, rate) for sender in senders for target in targets]
    return found


def numbers(text: str, option: str) -> list[float]:
    """Read numbers with commas between them."""
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a list of numbers", param_hint=option) from None
