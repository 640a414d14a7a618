"""Calls of the pointwise losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import numbers
from .source import Source

REGRESSION = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
LABELLED = ("binary_cross_entropy", "binary_cross_entropy_with_logits", "sigmoid_focal_loss")
SHAPES = ((3,), (), (1,), (4, 3), (2, 3, 2), (5, 1), (1, 4), (0,), (0, 3), (3, 0), (2, 2, 2, 2), (11,))
NO_WEIGHT = ("smooth_l1_loss", "sigmoid_focal_loss")


def hyper(source: Source, loss: str) -> dict[str, Any]:
    """Options of a loss of its own."""
    choices: dict[str, tuple[Any, ...]] = {
        "smooth_l1_loss": (("beta", 1.0, 0.5, 0, 2, 1 / 9),),
        "huber_loss": (("delta", 1.0, 0.5, 3, 0.1),),
        "binary_cross_entropy": (("label_smoothing", 0.0, 0.1, 1),),
        "binary_cross_entropy_with_logits": (("label_smoothing", 0.0, 0.1, 1),),
        "sigmoid_focal_loss": (
            ("label_smoothing", 0.0, 0.1, 1),
            ("gamma", 2.0, 0, 0.5, 1, 3.5),
            ("alpha", 0.25, None, 0, 1, 0.6),
        ),
    }
    return {name: source.one(*values) for name, *values in choices.get(loss, ()) if source.flag(60)}


def elementwise(source: Source, loss: str, slack: float) -> dict[str, Any]:
    """Positional names, arrays in float64 or integers, options and what has the sample axis in front."""
    shape = source.one(*SHAPES)
    arrays: dict[str, np.ndarray] = {}
    if loss in REGRESSION:
        arrays["input"], arrays["target"] = numbers.reals(source, shape), numbers.reals(source, shape)
        if source.flag(15):
            arrays["target"] = np.where(source.rng.random(shape) < 0.3, arrays["input"], arrays["target"])
    elif loss == "binary_cross_entropy":
        arrays["input"] = numbers.probabilities(source, shape, slack)
    else:
        arrays["input"] = numbers.logits(source, shape)
    if loss in LABELLED:
        arrays["target"] = labels(source, shape, slack)
        if loss != "binary_cross_entropy" and source.flag(15):  # certain, and right
            right = np.where(arrays["target"] >= 1, np.inf, -np.inf)
            sure = (source.rng.random(shape) < 0.5) & ((arrays["target"] == 0) | (arrays["target"] == 1))
            arrays["input"] = np.where(sure, right, arrays["input"])
    elif source.flag(15):
        arrays["target"] = np.abs(np.round(arrays["target"])).astype(source.one(*numbers.INTEGERS))
    if loss not in NO_WEIGHT and source.flag(35):
        arrays["weight"] = numbers.weights(source, numbers.as_torch_broadcasts(source, shape))
    if loss == "binary_cross_entropy_with_logits" and source.flag(35):
        arrays["pos_weight"] = numbers.weights(source, numbers.as_torch_broadcasts(source, shape))
    positional = ("input", "target")
    return {"positional": positional, "arrays": arrays, "options": hyper(source, loss), "losses": shape, "mask": shape}


def labels(source: Source, shape: tuple[int, ...], slack: float) -> np.ndarray:
    if source.flag(50):
        return numbers.probabilities(source, shape, slack)
    return np.asarray(source.rng.integers(0, 2, shape)).astype(source.one("bool", *numbers.INTEGERS))
