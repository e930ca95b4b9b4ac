"""How far two places are apart. Pure."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

Place = tuple[float, float]
"""Latitude and longitude in degrees (WGS 84)."""

_EARTH_KM = 6371.0


def kilometres(one: Place, other: Place) -> float:
    """Return the distance as the crow flies."""
    (south, west), (north, east) = one, other
    lift = sin(radians(north - south) / 2) ** 2
    turn = sin(radians(east - west) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(lift + cos(radians(south)) * cos(radians(north)) * turn))


def place(latitude: float | None, longitude: float | None) -> Place | None:
    """Return the place, None unless both are known."""
    return None if latitude is None or longitude is None else (latitude, longitude)
