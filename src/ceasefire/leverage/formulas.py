"""What trade models must not do: losses from pressure on energy, goods, arms, aid, guarantees, travel and remittances.

The last kind, `model`, carries what a trade model found into a sheet.

Each kind of pressure has named inputs and four formulas: losses of target and sender in a month in which the measure bites in full,
and over its first year. Money is in billion USD. Every formula rises or falls in each input, save where `Kind.turns` says at which
values it may turn, so that ranges carry through exactly.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Formula: TypeAlias = Callable[..., float]
MONTHS = 12.0


@dataclass(frozen=True, slots=True)
class Input:
    """What a cell of a sheet holds: its unit, its meaning, and whether it may lie below zero."""

    unit: str
    meaning: str
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of pressure: its inputs by name, its formulas, and what its losses leave out, which is printed with them.

    `flow` is the money that flows in a year without the measure, which the measure puts at risk; None where nothing flows.
    `turns` gives, by input, the values at which losses may turn from falling to rising, as formulas of other inputs.
    Formulas take inputs by the names of their parameters; an input that no formula takes is shown and not used.
    """

    name: str
    inputs: Mapping[str, Input]
    target_month: Formula
    target_year: Formula
    sender_month: Formula
    sender_year: Formula
    flow: Formula | None
    left_out: str
    turns: Mapping[str, tuple[Formula, ...]] = field(default_factory=dict)

    def needs(self, formula: Formula) -> tuple[str, ...]:
        """Give the names of the inputs that a formula takes."""
        return tuple(inspect.signature(formula).parameters)


def _energy_month(volume: float, spare: float, lost_load: float, premium: float) -> float:
    return (max(0.0, volume - spare) * lost_load + min(volume, spare) * premium) / 1000


def _energy_year(volume: float, spare: float, storage: float, lost_load: float, premium: float) -> float:
    unmet = max(0.0, MONTHS * max(0.0, volume - spare) - storage)
    return (unmet * lost_load + (MONTHS * volume - unmet) * premium) / 1000


def _energy_sender(volume: float, price: float, transport: float, diverted: float, discount: float) -> float:
    return volume * ((1 - diverted) * (price - transport) + diverted * discount) / 1000


def _goods_year(value: float, diverted: float, discount: float) -> float:
    return value * (1 - diverted + diverted * discount)


def _arms_month(deliveries: float, replaceable: float, premium: float, worth: float) -> float:
    return deliveries / MONTHS * (replaceable * premium + (1 - replaceable) * worth)


def _arms_year(deliveries: float, stock_months: float, replaceable: float, premium: float, worth: float) -> float:
    return _arms_month(deliveries, replaceable, premium, worth) * max(0.0, MONTHS - stock_months)


def _arms_sender(deliveries: float, diverted: float, margin: float) -> float:
    return deliveries * (1 - diverted) * margin


def _aid_year(flow: float, replaceable: float, premium: float) -> float:
    return flow * (1 - replaceable + replaceable * premium)


def _aid_sender(flow: float, returned: float, given: float) -> float:
    return flow * (returned - given)


def _guarantee_year(replacement: float, covered: float) -> float:
    return replacement * (1 - covered)


def _guarantee_sender(basing: float, upkeep: float) -> float:
    return basing - upkeep


def _travel_year(visitors: float, spend: float, lost: float) -> float:
    return visitors * spend * lost / 1000


def _travel_month(visitors: float, spend: float, lost: float, season: float) -> float:
    return _travel_year(visitors, spend, lost) * season


def _travel_sender(visitors: float, lost: float, worth: float) -> float:
    return visitors * lost * worth / 1000


def _travel_sender_month(visitors: float, lost: float, worth: float, season: float) -> float:
    return _travel_sender(visitors, lost, worth) * season


def _remittances_year(transfers: float, stopped: float) -> float:
    return transfers * stopped


def _remittances_sender(transfers: float, stopped: float, output: float) -> float:
    return transfers * stopped * output


def _monthly(yearly: Formula) -> Formula:
    """Give a twelfth of a yearly formula, with the same inputs."""

    def month(**given: float) -> float:
        return yearly(**given) / MONTHS

    month.__signature__ = inspect.signature(yearly)  # type: ignore[attr-defined]
    return month


def _yearly(monthly: Formula) -> Formula:
    def year(**given: float) -> float:
        return monthly(**given) * MONTHS

    year.__signature__ = inspect.signature(monthly)  # type: ignore[attr-defined]
    return year


_SHARE = "share"
_BN = "billion USD a year"
_GAS = "USD per thousand cubic metres"

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "energy",
            {
                "volume": Input("bcm a month", "what the sender delivers to the target"),
                "price": Input(_GAS, "the contract price"),
                "spare": Input("bcm a month", "what other pipelines, terminals and fuels could add"),
                "storage": Input("bcm", "what lies in store and may be drawn"),
                "lost_load": Input(_GAS, "what a thousand cubic metres that cannot be had is worth to the target's economy"),
                "premium": Input(
                    _GAS, "what replaced volume costs beyond the contract price; negative where it is cheaper", is_signed=True
                ),
                "transport": Input(_GAS, "what the sender saves by not delivering"),
                "diverted": Input(_SHARE, "part of the volume that the sender sells to others"),
                "discount": Input(_GAS, "what the sender loses on volume sold to others", is_signed=True),
                "share_of_imports": Input(_SHARE, "part of the target's imports that the sender supplies"),
            },
            _energy_month,
            _energy_year,
            _energy_sender,
            _yearly(_energy_sender),
            lambda volume, price: MONTHS * volume * price / 1000,
            "other uses of gas that is not sold, and cutting first those who lose least: both losses are upper bounds in this; "
            "damage to the sender's name as a supplier, claims for breach of contract, second-round effects",
            turns={"volume": (lambda spare: spare, lambda spare, storage: spare + storage / MONTHS)},
        ),
        Kind(
            "goods",
            {
                "value": Input(_BN, "what the target sells the sender"),
                "sector_exports": Input(_BN, "what the target sells of these goods to all"),
                "diverted": Input(_SHARE, "part that the target sells to others within the year"),
                "discount": Input(_SHARE, "fall of the price of what is sold to others"),
                "dearer": Input(_SHARE, "what the sender's buyers pay more, as a part of the value"),
            },
            _monthly(_goods_year),
            _goods_year,
            _monthly(lambda value, dearer: value * dearer),
            lambda value, dearer: value * dearer,
            lambda value: value,
            "other uses of land, labour and inputs behind what is not sold, and other goods that the sender's buyers turn to: both "
            "losses are upper bounds in this; seasons within the year, jobs and incomes behind the sales",
        ),
        Kind(
            "arms",
            {
                "deliveries": Input(_BN, "arms, spares and service delivered"),
                "share_of_imports": Input(_SHARE, "part of the target's arms imports that the sender supplies"),
                "stock_months": Input("months", "how long stocks of arms and spares last"),
                "replaceable": Input(_SHARE, "part that others would deliver within the year"),
                "premium": Input(_SHARE, "what replaced deliveries cost more"),
                "worth": Input("USD per USD", "what a dollar of missing deliveries is worth to the target"),
                "diverted": Input(_SHARE, "part that the sender sells to others"),
                "margin": Input(_SHARE, "part of lost sales that is a loss to the sender"),
            },
            _arms_month,
            _arms_year,
            _monthly(_arms_sender),
            _arms_sender,
            lambda deliveries: deliveries,
            "what the missing arms decide on the battlefield",
        ),
        Kind(
            "aid",
            {
                "flow": Input(_BN, "grants and loans from the sender"),
                "share_of_budget": Input(_SHARE, "part of the target's budget that it pays"),
                "replaceable": Input(_SHARE, "part that others would give within the year"),
                "premium": Input(_SHARE, "what replaced money costs more"),
                "returned": Input(_SHARE, "part that comes back to the sender as orders or interest"),
                "given": Input(_SHARE, "part that is a grant and is saved when it stops"),
            },
            _monthly(_aid_year),
            _aid_year,
            _monthly(_aid_sender),
            _aid_sender,
            lambda flow: flow,
            "what the aid was meant to do; influence that goes with it",
        ),
        Kind(
            "guarantee",
            {
                "replacement": Input(_BN, "what the target would have to spend to be as safe without it"),
                "covered": Input(_SHARE, "part that other guarantors would take over"),
                "basing": Input(_BN, "what bases, transit and standing are worth to the sender"),
                "upkeep": Input(_BN, "what keeping the guarantee costs the sender and is saved without it"),
                "troops": Input("persons", "troops of the sender in the target"),
                "called": Input("times", "how often the guarantee was called on"),
                "honoured": Input("times", "how often it was honoured"),
            },
            _monthly(_guarantee_year),
            _guarantee_year,
            _monthly(_guarantee_sender),
            _guarantee_sender,
            None,
            "what other allies make of it",
        ),
        Kind(
            "travel",
            {
                "visitors": Input("million a year", "visitors from the sender"),
                "spend": Input("USD a visitor", "what each spends in the target"),
                "lost": Input(_SHARE, "part of the visits that does not happen and that no other visitors replace"),
                "season": Input(_SHARE, "part of the year's visits in the month asked about"),
                "worth": Input("USD a visitor", "what a visit given up costs travellers and firms of the sender"),
            },
            _travel_month,
            _travel_year,
            _travel_sender_month,
            _travel_sender,
            lambda visitors, spend: visitors * spend / 1000,
            "jobs and trade that follow the visitors",
        ),
        Kind(
            "remittances",
            {
                "transfers": Input(_BN, "what workers in the sender send home to the target"),
                "stopped": Input(_SHARE, "part that stops"),
                "output": Input("USD per USD", "what the sender's economy loses per dollar that is not sent, for want of workers"),
            },
            _monthly(_remittances_year),
            _remittances_year,
            _monthly(_remittances_sender),
            _remittances_sender,
            lambda transfers: transfers,
            "workers who come home and look for work",
        ),
        Kind(
            "model",
            {
                "target_loss": Input(
                    _BN, "what the target loses by a trade model, with its band over elasticities", is_signed=True
                ),
                "sender_loss": Input(_BN, "what the sender loses by the same model and band", is_signed=True),
            },
            _monthly(lambda target_loss: target_loss),
            lambda target_loss: target_loss,
            _monthly(lambda sender_loss: sender_loss),
            lambda sender_loss: sender_loss,
            None,
            "what cannot be replaced or sold elsewhere within the year; tourism, contracts, fear",
        ),
    )
}
