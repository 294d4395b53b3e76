"""Random economies for tests of trade."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ceasefire.leverage import Economy, SectorEconomy, economy, sector_economy


def random_economy(seed: int, n: int | None = None, *, with_tariffs: bool = False) -> Economy:
    """Make an economy of 2 to 11 (or `n`) members C00, C01, ... with flows of very different size and large imbalances."""
    rng = np.random.default_rng(seed)
    size = n or int(rng.integers(2, 12))
    sales = np.exp(rng.normal(0, 1.5, (size, size)))
    sales[np.diag_indices(size)] = sales.sum(axis=1) * rng.uniform(0.5, 6, size)
    tariff = rng.uniform(0, 0.4, (size, size)) * (1 - np.eye(size)) if with_tariffs else None
    return economy([f"C{k:02}" for k in range(size)], sales, tariff=tariff)


def random_cost(seed: int, n: int) -> NDArray[np.float64]:
    """Make factors of trade costs around one; domestic trade does not change."""
    rng = np.random.default_rng(seed + 10_000)
    cost = np.exp(rng.normal(0, 0.2, (n, n)))
    cost[np.diag_indices(n)] = 1.0
    return cost


def random_sector_economy(seed: int, n: int = 3, j: int = 2) -> SectorEconomy:
    """Make a consistent economy of several sectors: what is used is what is sold, and costs add up."""
    rng = np.random.default_rng(seed)
    flows = np.exp(rng.normal(0, 1, (j, n, n)))
    for table in flows:
        table[np.diag_indices(n)] = table.sum(axis=1) * rng.uniform(1, 4, n)
    tariff = rng.uniform(0, 0.3, (j, n, n)) * (1 - np.eye(n))
    output, bought = flows.sum(axis=2).T, (flows * (1 + tariff)).sum(axis=1).T
    inputs = rng.uniform(0.2, 1.0, (n, j, j))
    inputs *= 0.4 * np.minimum(bought.min(), output.min()) / inputs.sum(axis=(1, 2)).max()
    return sector_economy(
        [f"C{k:02}" for k in range(n)],
        [f"s{k}" for k in range(j)],
        flows=flows,
        tariff=tariff,
        value_added=output - inputs.sum(axis=1),
        inputs=inputs,
        final=bought - inputs.sum(axis=2),
        theta=rng.uniform(2, 8, j),
    )
