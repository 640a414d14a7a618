"""Views of detection losses: a box that is moved, default boxes whose class becomes clear."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ..families.roles import Real
from .terms import Term
from .views import View, along, repeated

Terms = tuple[Term, ...]
TRUE_BOX = np.asarray([-1.0, -1.0, 1.0, 1.0])
MOVED_BOX = np.asarray([-0.5, -0.8, 0.5, 0.8])
"""The box that is moved, at the centre of the true one: it fits inside, and has another shape."""
RIGHT, DIAGONAL = (1.0, 0.0, 1.0, 0.0), (1.0, 1.0, 1.0, 1.0)
REACH = 3.0
"""The largest shift."""


def shifted(shift: Any) -> Any:
    """The moved box for each pair of shifts (n, 2)."""
    return shift @ np.asarray([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]]) + MOVED_BOX


def boxes(terms: Terms) -> View:  # noqa: ARG001
    """Over the shift of a box to the right, and along the diagonal."""

    def arrays(direction: Any, term: Term, x: Any) -> tuple[Any, Any]:  # noqa: ARG001
        return along(x, direction, MOVED_BOX), repeated(x, TRUE_BOX)

    cases = {"to the right": partial(arrays, RIGHT), "right and up": partial(arrays, DIAGONAL)}
    return View("shift of the box", "s", -REACH, REACH, cases)


def default_boxes(terms: Terms) -> View:  # noqa: ARG001
    """Over the logit of the right class of one default box: that with an object, or one of five without."""
    classes = 3

    def arrays(matched: bool, term: Term, x: Any) -> tuple[Any, ...]:
        background = term.options["background"]
        thing = next(each for each in range(classes) if each != background)
        ids = np.asarray([thing, *[background] * 5])
        still, moving = 3.0 * np.eye(classes)[ids], np.zeros((6, classes))
        box = 0 if matched else 1
        still[box], moving[box] = 0.0, np.eye(classes)[ids[box]]
        predictions = repeated(x, np.zeros((6, 4))), along(x, moving, still)
        return *predictions, *[truth(role, x, ids) for role in list(term.arrays.values())[2:]]

    cases = {"the box with an object": partial(arrays, True), "one without": partial(arrays, False)}
    return View("logit of the right class of one default box", "z", -8.0, 8.0, cases)


def truth(role: Any, x: Any, ids: Any) -> Any:
    """One of the targets: default boxes and true boxes of which the first coincide, or what is matched already."""
    corners = np.asarray([[3.0 * i, 0.0, 3.0 * i + 2, 2.0] for i in range(6)])
    if isinstance(role, Real):
        return repeated(x, np.zeros((6, 4)))
    if role.letters == ("A", "4"):
        return corners
    if role.letters == ("B", "G", "4"):
        return repeated(x, corners[:1])
    return repeated(x, ids[:1] if "G" in role.letters else ids)
