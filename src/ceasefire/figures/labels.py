"""Where the labels of points go so that they do not cover each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_HEIGHT = 14.0
_LETTER = 6.2
_AWAY = 8.0
_LIFTS = (11.0, -11.0, 0.0, 24.0, -24.0, 37.0, -37.0)


@dataclass(frozen=True, slots=True)
class Plane:
    """A square of data with one scale for both axes, and its size in pixels."""

    low: float
    high: float
    log: bool
    width: int = 520
    height: int = 400

    @classmethod
    def around(cls, points: Sequence[tuple[float, float]]) -> Plane:
        """Frame all points with some room; logarithmic where all are positive and span more than a factor of 30.

        Examples
        --------
        >>> Plane.around([(1.0, 2.0), (3.0, 4.0)]).log, Plane.around([(0.01, 5.0)]).log, Plane.around([(0.0, 900.0)]).log
        (False, True, False)
        """
        flat = [value for point in points for value in point]
        least, most = min(flat, default=0.0), max(flat, default=1.0)
        if least > 0 and most / least > 30:
            return cls(low=least / 1.6, high=most * 1.6, log=True)
        room = (most - min(least, 0.0)) * 0.08 or 1.0
        return cls(low=least - room if least < 0 else 0.0, high=most + room, log=False)

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Give the place of a point in pixels from the left and from the top."""
        return self._share(x) * self.width, (1 - self._share(y)) * self.height

    def data(self, left: float, top: float) -> tuple[float, float]:
        """Give the point at a place in pixels."""
        return self._value(left / self.width), self._value(1 - top / self.height)

    def ticks(self) -> list[float]:
        """Give 1, 2 and 5 times the powers of ten inside a logarithmic plane.

        Examples
        --------
        >>> Plane(low=0.3, high=12.0, log=True).ticks()
        [0.5, 1.0, 2.0, 5.0, 10.0]
        """
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        marks = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
        return [mark for mark in marks if self.low <= mark <= self.high]

    def _share(self, value: float) -> float:
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def _value(self, share: float) -> float:
        if self.log:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)


def beside(
    plane: Plane, points: Sequence[tuple[float, float, str]], lines: Sequence[tuple[float, float, float, float]] = ()
) -> list[tuple[float, float, str]]:
    """Place a label near each point where it covers least of the points, the lines and the labels already placed.

    Parameters
    ----------
    plane : Plane
    points : sequence of (x, y, label)
    lines : sequence of (x, y, x, y)
        Horizontal or vertical lines, from the lower end.

    Returns
    -------
    list of (x, y, align)
        In data units, in the order of `points`; `align` is ``left``, ``right`` or ``center``.
    """
    pixels = [plane.pixel(x, y) for x, y, _ in points]
    taken = [(left - 6, top - 6, left + 6, top + 6) for left, top in pixels]
    for x1, y1, x2, y2 in lines:
        (left, bottom), (right, top) = plane.pixel(x1, y1), plane.pixel(x2, y2)
        taken.append((left - 1, top - 1, right + 1, bottom + 1))
    places: list[tuple[float, float, str]] = []
    for (left, top), (_, _, label) in zip(pixels, points, strict=True):
        options = [_box(left, top, _LETTER * len(label), side, lift) for lift in _LIFTS for side in ("left", "right", "center")]
        best = min(options, key=lambda option: _overlap(option[0], taken, plane))
        taken.append(best[0])
        places.append((*plane.data(best[1], best[2]), best[3]))
    return places


_Box = tuple[float, float, float, float]


def _box(left: float, top: float, wide: float, align: str, lift: float) -> tuple[_Box, float, float, str]:
    x = left + {"left": _AWAY, "right": -_AWAY, "center": 0.0}[align]
    start = x - {"left": 0.0, "right": wide, "center": wide / 2}[align]
    y = top - lift
    return (start, y - _HEIGHT / 2, start + wide, y + _HEIGHT / 2), x, y, align


def _overlap(box: _Box, taken: Sequence[_Box], plane: Plane) -> float:
    """Give the area covered, and far more for what leaves the plane."""
    left, top, right, bottom = box
    area = 0.0
    for other in taken:
        wide = min(right, other[2]) - max(left, other[0])
        if wide > 0:
            area += wide * max(0.0, min(bottom, other[3]) - max(top, other[1]))
    outside = max(0.0, -left) + max(0.0, right - plane.width) + max(0.0, -top) + max(0.0, bottom - plane.height)
    return round(area + 50 * outside, 6)
