"""Land on paper: from metres to pixels, borders made light without opening gaps, labels that do not collide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from intelnb.draw.ink import letters
from intelnb.errors import ProductError

Geometries = NDArray[Any]
"""An object array of shapely geometries."""


@dataclass(frozen=True)
class View:
    """The stretch of land a map shows: its west and south edge in metres, and metres per pixel."""

    west: float
    north: float
    metres_per_pixel: float
    width: float
    height: float
    top: float = 0.0

    def x(self, easting: float) -> float:
        """Pixels from the left edge."""
        return (easting - self.west) / self.metres_per_pixel

    def y(self, northing: float) -> float:
        """Pixels from the top edge."""
        return self.top + (self.north - northing) / self.metres_per_pixel

    def window(self) -> Any:
        """The land shown, as a box in metres."""
        right = self.west + self.width * self.metres_per_pixel
        return shapely.box(self.west, self.north - self.height * self.metres_per_pixel, right, self.north)


def view(geometries: Geometries, *, width: float, highest: float, top: float = 0.0, margin_share: float = 0.03) -> View:
    """Fit geometries into a width, and into a height where they are tall.

    Raises
    ------
    ProductError
        When there is no land to show.
    """
    west, south, east, north = shapely.total_bounds(geometries) if len(geometries) else (np.nan,) * 4
    if not np.isfinite([west, south, east, north]).all():
        raise ProductError(what="a map without any outline cannot be drawn", now="Give the area's boundary.")
    across, up = max(east - west, 1.0) * (1 + 2 * margin_share), max(north - south, 1.0) * (1 + 2 * margin_share)
    metres = max(across / width, up / highest)
    height = up / metres
    return View((west + east) / 2 - width * metres / 2, (north + south) / 2 + up / 2, metres, width, height, top)


def lighter(geometries: Geometries, *, metres: float) -> Geometries:
    """Fewer points in shared borders, without gaps between neighbours.

    Shapes that do not fit together (overlaps, slivers) have no shared border to simplify; their points are moved
    to a grid instead, which neighbours share, so that nothing gapes either.
    """
    if metres <= 0 or not len(geometries):
        return np.asarray(geometries)
    clean = np.asarray(geometries)
    fits = bool(shapely.is_valid(clean).all()) and shapely.coverage_is_valid(clean)
    if not fits:
        # an outline that was reprojected differs from its neighbour's by less than this
        clean = np.asarray(shapely.set_precision(shapely.make_valid(clean), 0.1))
        fits = shapely.coverage_is_valid(clean)
    if not fits:
        return np.asarray(shapely.transform(clean, lambda xy: np.rint(xy / metres) * metres))
    simple = np.asarray(shapely.coverage_simplify(clean, metres))
    # a shape smaller than the tolerance keeps its own outline
    return np.where(shapely.is_empty(simple), clean, simple)


def path(geometry: Any, *, of: View) -> str:
    """A shape as the data of a path in tenths of a pixel, closed rings and lines alike.

    The element that holds it scales by 0.1.
    """
    if geometry is None or geometry.is_empty:
        return ""
    parts = []
    for line, is_ring in _lines(geometry):
        xy = shapely.get_coordinates(line)
        tenths = np.empty((len(xy), 2), dtype=np.int64)
        tenths[:, 0] = np.rint((xy[:, 0] - of.west) / of.metres_per_pixel * 10)
        tenths[:, 1] = np.rint((of.top + (of.north - xy[:, 1]) / of.metres_per_pixel) * 10)
        moves = np.diff(tenths, axis=0)
        moves = moves[np.any(moves != 0, axis=1)]
        if len(moves) == 0:
            continue
        if is_ring:
            moves = moves[:-1]
        steps = "".join(f"{dx}{'' if dy < 0 else ' '}{dy}l" for dx, dy in moves.tolist()).removesuffix("l")
        parts.append(f"M{tenths[0, 0]} {tenths[0, 1]}l{steps}{'Z' if is_ring else ''}")
    return "".join(parts)


@dataclass
class Labels:
    """Words already on the map, so that the next ones find room."""

    within: tuple[float, float, float, float]
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def keep_free(self, left: float, top: float, right: float, bottom: float) -> None:
        """Let no words stand here."""
        self.taken.append((left, top, right, bottom))

    def place(self, lines: Sequence[str], *, x: float, y: float, size: float, shifts: Iterable[float] = (0,)) -> float:
        """The baseline of the first line of centred words; not a number where there is no room."""
        half = max(letters.width(line, size=size) for line in lines) / 2 + 2
        for shift in shifts:
            first = y + shift - (len(lines) - 1) * size * 0.55 + size * 0.35
            box = (x - half, first - size, x + half, first + (len(lines) - 1) * size * 1.1 + size * 0.3)
            if self._is_free(box):
                self.taken.append(box)
                return first
        return float("nan")

    def _is_free(self, box: tuple[float, float, float, float]) -> bool:
        left, top, right, bottom = self.within
        if box[0] < left or box[1] < top or box[2] > right or box[3] > bottom:
            return False
        return all(box[2] <= t[0] or box[0] >= t[2] or box[3] <= t[1] or box[1] >= t[3] for t in self.taken)


def bar_metres(of: View, *, within: float) -> float:
    """A round length in metres that fits into some pixels.

    Examples
    --------
    >>> bar_metres(View(0, 0, 20.0, 500, 500), within=120)
    2000.0
    """
    longest = of.metres_per_pixel * within
    rounds = [r * 10.0**power for power in range(7) for r in (1, 2, 5)]
    return max((r for r in rounds if r <= longest), default=longest)


def spoken_metres(metres: float) -> str:
    """A length as a scale bar says it.

    Examples
    --------
    >>> spoken_metres(2000.0), spoken_metres(500.0)
    ('2 km', '500 m')
    """
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"


def middle(geometry: Any) -> tuple[float, float]:
    """A point well inside a shape's largest part."""
    parts = shapely.get_parts(geometry)
    largest = parts[int(np.argmax(shapely.area(parts)))] if len(parts) else geometry
    at = shapely.point_on_surface(largest)
    centre = largest.centroid
    at = centre if largest.contains(centre) else at
    return float(at.x), float(at.y)


def _lines(geometry: Any) -> list[tuple[Any, bool]]:
    """Every ring and line of a shape, and whether it is closed."""
    found: list[tuple[Any, bool]] = []
    for part in shapely.get_parts(geometry):
        kind = part.geom_type
        if kind == "Polygon":
            found.append((part.exterior, True))
            found += [(ring, True) for ring in part.interiors]
        elif kind in ("LineString", "LinearRing"):
            closed = kind == "LinearRing"
            found.append((part, closed))
        elif kind == "GeometryCollection":
            found += _lines(part)
    return found
