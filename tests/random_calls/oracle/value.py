"""The result of a call, with its weights, mask, divisor and reduction."""

from __future__ import annotations

from typing import Any

import numpy as np

from .classes import classwise
from .detection import detection
from .domain import slack
from .elementwise import FORMULAS, elementwise
from .reduction import Unreduced, reduce
from .regions import dice

Arrays = dict[str, Any]
WEIGHTED = ("mse_loss", "l1_loss", "nll_loss", "linear_cross_entropy", "dice_loss")
"""Losses whose own divisor is the sum of the weights, whatever the target."""


def own_divisor(name: str, arrays: Arrays) -> str:
    """Torch's divisor for the loss, or the one its documentation states."""
    if name in ("ssd_loss", "multibox_loss"):
        return "positives"
    if name in ("cross_entropy", "label_smoothing_loss"):
        return "count" if arrays["target"].dtype.kind == "f" else "weights"
    return "weights" if name in WEIGHTED else "count"


def slacks(arrays: Arrays) -> dict[str, float]:
    """By how much the probabilities of each array may leave [0, 1], by the dtype it came in."""
    return {name: slack(each.dtype) for name, each in arrays.items()}


def widened(arrays: Arrays) -> Arrays:
    """Floating arrays in float64; integers and masks as they are, labels 0 and 1 of integers among them."""
    return {name: each.astype(np.float64) if is_floating(each.dtype) else each for name, each in arrays.items()}


def is_floating(dtype: np.dtype) -> bool:
    return dtype.kind == "f" or dtype.name == "bfloat16"


def unreduced(name: str, arrays: Arrays, options: Arrays, tolerance: dict[str, float]) -> Unreduced:
    """The losses of a call, of arrays already in float64."""
    numbers = {"weight", "sample_weight", "pos_weight", "alpha", "loc_target", "gt_boxes", "default_boxes", "input"}
    numbers |= {"target"} if name in FORMULAS else set()
    arrays = {key: each.astype(np.float64) if key in numbers else each for key, each in arrays.items()}
    given = HYPER if name != "focal_loss" else HYPER[:-1]  # whose alpha is weights
    plain = {**options, **{key: float(each) for key, each in arrays.items() if key in given and each.ndim == 0}}
    if name in FORMULAS:
        return elementwise(name, arrays, plain, tolerance)
    if name == "dice_loss":
        return dice(arrays, plain, tolerance)
    if name in ("ssd_loss", "multibox_loss"):
        return detection(name, arrays, plain)
    return classwise(name, arrays, plain, tolerance)


HYPER = (
    "beta",
    "delta",
    "gamma",
    "label_smoothing",
    "smoothing",
    "z_loss",
    "softcap",
    "smooth_nr",
    "smooth_dr",
    "alpha",
)
"""Options that may be arrays."""


def losses(name: str, arrays: Arrays, options: Arrays, tolerance: dict[str, float]) -> tuple[np.ndarray, Unreduced]:
    """The result, and what it was made of."""
    with np.errstate(all="ignore"):
        found = unreduced(name, arrays, options, tolerance)
        normalizer = arrays.get("normalizer", options.get("normalizer"))
        result = reduce(found, options.get("reduction", "mean"), normalizer, own_divisor(name, arrays))
    return result, found
