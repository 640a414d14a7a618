"""Traits: what a loss wants to be given, found by trying it on a few made-up numbers rather than by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..domains import UNIT
from ..errors import ArrayLossesError
from ..families.base import Family
from ..families.labels import ClassIds, Probabilities
from ..families.roles import Real, Role
from ..families.sequences import Sequences
from ..options import PLAIN


class Traits(NamedTuple):
    """What the first array of a loss is taken for, beside what its domain says."""

    logits: bool = False
    """Scores of any size, of which the loss makes probabilities itself, or compares them."""
    logs: bool = False
    """Logarithms of probabilities."""


def traits_of(family: Family, options: Mapping[str, Any]) -> Traits:
    """The traits of a loss with these options."""
    plain = {name: options[name] for name in family.hyperparameters if type(options[name]) in PLAIN}
    plain = {**plain, **({"axis": 1} if isinstance(plain.get("axis"), int) else {})}
    plain.pop("ignore_index", None)
    layout = family.layout({**family.signature.defaults, **plain})
    first, *others = layout.roles.values()
    if any(isinstance(each, Sequences) for each in others):
        return Traits(logits=bool(options.get("from_logits")), logs=not options.get("from_logits"))
    if not isinstance(first, Real) or first.domain is not None or len(family.signature.required) != 2:
        return Traits()
    truth = others[0]

    def value(x: np.ndarray, y: np.ndarray) -> float:
        return float(family.call(x, y, **plain))

    try:
        if layout.axis and isinstance(truth, ClassIds | Probabilities):
            return of_classes(value, truth, getattr(family, "classes", 0) or 3, options.get("activation"))
        return of_elements(value, truth) if truth.letters == first.letters else Traits()
    except ArrayLossesError:
        return Traits()


def of_classes(value: Any, truth: Role, classes: int, activation: object) -> Traits:
    """The traits of a loss of classes.

    A softmax, and a difference of scores, stay as they are where all scores grow by the same; a loss that is linear,
    and does not, takes logarithms.
    """
    ids = np.arange(8).reshape(2, 4) % classes
    y = ids if isinstance(truth, ClassIds) else np.moveaxis(np.eye(classes)[ids], -1, 1)
    x = np.cos(np.arange(8.0 * classes)).reshape(2, classes, 4)
    once = value(x, y)
    shifted, doubled = abs(value(x + 1.5, y) - once), abs(value(2 * x, y) - 2 * once)
    logits = activation == "sigmoid" or shifted < 1e-9
    return Traits(logits, not logits and doubled < 1e-9)


def of_elements(value: Any, truth: Role) -> Traits:
    """The traits of a loss of elements: one of logits has less where the score is higher and the label is 1."""
    if not isinstance(truth, Real) or truth.domain is None or truth.domain.high > 1 or truth.domain.low > 0:
        return Traits()
    if not truth.labels:
        return Traits(logs=truth.domain == UNIT or truth.domain.high == 0)
    one = np.ones((1, 1))
    return Traits(logits=value(-3 * one, one) > value(3 * one, one) >= 0)
