"""Geometry of pairs of boxes (x1, y1, x2, y2): sides, areas, and what two boxes share."""

from ...backends import namespace
from ...numerics import relu
from ...typing import Array

Corners = tuple[Array, Array, Array, Array]
"""x1, y1, x2 and y2 of boxes, each an array: operations on pairs of numbers that lie side by side are slow."""


def corners(boxes: Array) -> Corners:
    return boxes[..., 0], boxes[..., 1], boxes[..., 2], boxes[..., 3]


def sides(box: Corners) -> tuple[Array, Array]:
    """The width and the height of a box; 0 where its second corner lies below the first."""
    x1, y1, x2, y2 = box
    return relu(x2 - x1), relu(y2 - y1)


def area(box: Corners) -> Array:
    """The area of a box; 0 where its second corner lies below the first."""
    width, height = sides(box)
    return width * height


def shared_and_union(first: Corners, second: Corners) -> tuple[Array, Array]:
    """The areas that two boxes have in common and together."""
    xp = namespace(first[0])
    low = [xp.maximum(first[i], second[i]) for i in (0, 1)]
    high = [xp.minimum(first[i], second[i]) for i in (2, 3)]
    shared = area((*low, *high))
    return shared, area(first) + area(second) - shared


def enclosing(first: Corners, second: Corners) -> Corners:
    """The smallest box around two."""
    xp = namespace(first[0])
    low = [xp.minimum(first[i], second[i]) for i in (0, 1)]
    high = [xp.maximum(first[i], second[i]) for i in (2, 3)]
    return (*low, *high)
