"""The gradient of a term, element by element: what is bad at one place does not spoil it everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autodiff.api import value_and_grad
from ..backends import backend_of, namespace
from ..errors import ArrayLossesError
from ..families.base import Family
from .unchecked import BACKEND, Part, unchecked


def gradients(family: Family, values: dict[str, Any], parts: list[Part]) -> dict[str, np.ndarray]:
    """The gradients by the arrays that a model predicts; none where there are none.

    That of the sum of the losses is taken, and divided: of a mean that is NaN it would be NaN everywhere.
    """
    apart = family.unreduced and not getattr(family, "sized", "") and len(parts) == 1
    names = [name for name in family.by_hand_names if is_floating(values[name])]
    if not names:
        return {}
    given = {**values, "normalizer": None} if apart else values
    reduction = "none" if apart else values["reduction"]

    def total(*arrays: Any) -> Any:
        found = family({**given, **dict(zip(names, arrays, strict=True)), "reduction": reduction})
        return namespace(found).sum(found) if apart else found

    wide = [unchecked(values[name].astype(BACKEND.compute_dtype(values[name].dtype))) for name in names]
    try:
        _, found = value_and_grad(total, tuple(range(len(names))))(*wide)
    except ArrayLossesError:  # what it is said of is the value
        return {}
    divisor = parts[0].divisor if apart else 1.0
    scaled = [np.zeros(each.shape) if divisor == 0 else np.asarray(each) / divisor for each in found]
    return {
        name: np.asarray(each, x.dtype).astype(values[name].dtype)
        for name, each, x in zip(names, scaled, wide, strict=True)
    }


def is_floating(value: Any) -> bool:
    return hasattr(value, "dtype") and backend_of(value).kind(value.dtype) in ("half", "real")
