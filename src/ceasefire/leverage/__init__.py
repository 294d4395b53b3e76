"""What pressure costs whom: trade, energy, arms, aid, guarantees and travel, with ranges, sources and what history says of threats.

In come a case, tables of trade, sheets of sourced figures or the marks of a threat; out go losses of targets and senders with low,
central and high, unit, year and source. Refuses tables with missing or impossible flows, shocks that no equilibrium can carry,
and chances outside what past threats support; a lever whose owner pays nothing has no ratio, and says so.
"""

from ceasefire.leverage.economy import Economy, economy, merged, with_home_sales
from ceasefire.leverage.measures import Measure, embargo, export_ban, import_ban, retaliation, tariff
from ceasefire.leverage.ranges import Range
from ceasefire.leverage.sector_bands import sector_losses
from ceasefire.leverage.sector_economy import SectorEconomy, sector_economy
from ceasefire.leverage.sectors import SectorOutcome, sector_rows, sector_shock
from ceasefire.leverage.table import LeverageRow, LeverageTable, value
from ceasefire.leverage.trade import Outcome, acr_welfare, autarky_loss, many, shock

__all__ = [
    "Economy",
    "LeverageRow",
    "LeverageTable",
    "Measure",
    "Outcome",
    "Range",
    "SectorEconomy",
    "SectorOutcome",
    "acr_welfare",
    "autarky_loss",
    "economy",
    "embargo",
    "export_ban",
    "import_ban",
    "many",
    "merged",
    "retaliation",
    "sector_economy",
    "sector_losses",
    "sector_rows",
    "sector_shock",
    "shock",
    "tariff",
    "value",
    "with_home_sales",
]
