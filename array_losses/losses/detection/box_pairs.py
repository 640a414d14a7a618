"""Geometry of pairs of boxes (x1, y1, x2, y2): corners, areas, and what two boxes share."""

from ...backends import namespace
from ...numerics import relu
from ...typing import Array

Corners = tuple[Array, Array]
"""The low and the high corners of boxes, (..., 2) each."""


def corners(boxes: Array) -> Corners:
    return boxes[..., :2], boxes[..., 2:]


def sides(low: Array, high: Array) -> tuple[Array, Array]:
    """The width and the height between two corners; 0 where the second lies below the first."""
    lengths = relu(high - low)
    return lengths[..., 0], lengths[..., 1]


def area(low: Array, high: Array) -> Array:
    """The area between two corners; 0 where the second lies below the first."""
    width, height = sides(low, high)
    return width * height


def shared_and_union(first: Corners, second: Corners) -> tuple[Array, Array]:
    """The areas that two boxes have in common and together."""
    xp, (low1, high1), (low2, high2) = namespace(first[0]), first, second
    shared = area(xp.maximum(low1, low2), xp.minimum(high1, high2))
    return shared, area(low1, high1) + area(low2, high2) - shared


def enclosing(first: Corners, second: Corners) -> Corners:
    """The corners of the smallest box around two."""
    xp = namespace(first[0])
    return xp.minimum(first[0], second[0]), xp.maximum(first[1], second[1])
