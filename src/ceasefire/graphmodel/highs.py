"""HiGHS as it is used here: silent, one thread, the same answer each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import highspy


def new_highs() -> highspy.Highs:
    """Give an empty model that is solved to the optimum for integer costs.

    Examples
    --------
    >>> model = new_highs()
    >>> model.addCol(1.0, 0.0, 1.0, 0, [], []), model.run(), model.getNumCol()
    (<HighsStatus.kOk: 0>, <HighsStatus.kOk: 0>, 1)
    """
    import highspy  # noqa: PLC0415 - imported where used

    class Silent(highspy.Highs):
        """Without the callbacks, whose set-up prints a greeting on standard output."""

        def enableCallbacks(self) -> None:  # noqa: N802 - the name that HiGHS calls
            self.silent()

    highs = Silent()  # type: ignore[no-untyped-call]
    for name, value in (
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.9),
        ("mip_feasibility_tolerance", 1e-9),
    ):
        highs.setOptionValue(name, value)
    return highs
