"""Calls of the losses with a class axis, of the linear head, and of Dice."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import numbers
from .source import Source

SHAPES = (
    (3,),
    (1,),
    (3, 2),
    (2, 3),
    (1, 3),
    (2, 1),
    (0, 2),
    (2, 3, 2),
    (0, 3, 2),
    (3, 0),
    (2, 2, 0),
    (2, 2, 2, 3),
    (7, 2),
)
"""Of the positions, (N, *S)."""


def hyper(source: Source, loss: str) -> dict[str, Any]:
    choices: dict[str, tuple[Any, ...]] = {
        "cross_entropy": (("label_smoothing", 0.0, 0.1, 1),),
        "label_smoothing_loss": (("smoothing", 0.1, 0, 0.5, 1),),
        "focal_loss": (("label_smoothing", 0.0, 0.1, 1), ("gamma", 2.0, 0, 0.5, 1, 3.5)),
        "linear_cross_entropy": (
            ("label_smoothing", 0.0, 0.1, 1),
            ("softcap", None, 5.0),
            ("z_loss", 0.0, 0.1),
            ("chunk_size", None, 1, 2),
        ),
        "dice_loss": (
            ("batch", False, True),
            ("smooth_nr", 1e-7, 1.0, 1e-5),
            ("squared", False, True),
            ("soft_label", True, False),
            ("log", False, True),
            ("empty", "smooth", "skip"),
            ("include_background", False, True),
        ),
    }
    found = {name: source.one(*values) for name, *values in choices.get(loss, ()) if source.flag(50)}
    return found | ({"smooth_dr": found["smooth_nr"]} if "smooth_nr" in found else {})


def ids(source: Source, shape: tuple[int, ...], classes: int, ignore: int | None) -> np.ndarray:
    """Class ids of any integer dtype that holds them, some ignored."""
    values = np.asarray(source.rng.integers(0, classes, shape))
    if ignore is not None:
        share = source.one(0.3, 0.5, 0.2, 1.0)
        values = np.where(source.rng.random(shape) < share, ignore, values)
    dtype = source.one(*(name for name in numbers.INTEGERS if ignore is None or holds(name, ignore)))
    return values.astype(dtype)


def holds(dtype: str, value: int) -> bool:
    return bool(np.iinfo(dtype).min <= value <= np.iinfo(dtype).max)


def ignored(source: Source, options: dict[str, Any]) -> int | None:
    """The id that does not count, sometimes set."""
    if not source.flag(35):
        return None
    given = source.one(-100, -1, 255, 0, 1)
    if given != -100:
        options["ignore_index"] = given
    return int(given)


def classwise(source: Source, loss: str, slack: float) -> dict[str, Any]:
    """As `elementwise`."""
    positions = source.one((), *SHAPES) if loss != "dice_loss" else source.one(*SHAPES)
    classes, options = source.one(3, 2, 1, 5), hyper(source, loss)
    axis = class_axis(source, positions, options, loss)
    shape = positions if axis is None else (*positions[:axis], classes, *positions[axis:])
    arrays = {"input": numbers.logits(source, shape)}
    soft = loss != "nll_loss" and source.flag(35)
    if axis is None or (loss == "dice_loss" and source.flag(15)):
        arrays["target"] = maps(source, shape, slack)
    elif soft:
        arrays["target"] = numbers.distributions(source, shape, axis)
        if loss == "dice_loss" and source.flag(30):
            arrays["target"] = numbers.probabilities(source, shape, slack)
    else:
        arrays["target"] = ids(source, positions, classes, ignored(source, options))
    if loss == "dice_loss":
        activation(source, options, arrays, axis is None, slack)
    elif loss == "nll_loss":
        arrays["input"] = -np.abs(arrays["input"])
    elif classes > 1 and source.flag(15):
        exclude(source, arrays, axis or 0)
    if axis is not None and source.flag(35):
        name = "alpha" if loss == "focal_loss" else "weight"
        arrays[name] = numbers.weights(source, (classes,))
        if name == "alpha" and source.flag(30):
            arrays[name] = numbers.weights(source, ())
    losses = positions
    if loss == "dice_loss":
        background = "activation" in options and options["activation"] == "sigmoid"
        count = classes if background or options.get("include_background") or classes == 1 else classes - 1
        losses = () if axis is None else (count,)
        losses = losses if options.get("batch") else (positions[0], *losses)
    found = {"positional": ("input", "target"), "arrays": arrays, "options": options, "losses": losses}
    return {**found, "mask": positions, "axis": axis, "per_class": ("weight", "alpha")}


def class_axis(source: Source, positions: tuple[int, ...], options: dict[str, Any], loss: str) -> int | None:
    if loss == "dice_loss" and source.flag(20):
        options["axis"] = None
        return None
    if not positions:
        return 0
    last = len(positions)
    axis = source.one(1, 1, -1, last, *(() if loss == "dice_loss" else (0,)))
    if axis != 1:
        options["axis"] = axis
    return int(axis) % (last + 1)


def exclude(source: Source, arrays: dict[str, np.ndarray], axis: int) -> None:
    """-inf for one class of each position, seldom for the right one."""
    x, y = arrays["input"], arrays["target"]
    classes = x.shape[axis]
    if y.dtype.kind == "f":
        order = np.argsort(y, axis=axis)
        out = np.expand_dims(np.take(order, 0, axis=axis), axis)
    else:
        out = np.expand_dims((y.astype(np.int64) + source.one(1, 1, 1, 0)) % classes, axis)
    places = np.arange(classes).reshape([-1 if i == axis else 1 for i in range(x.ndim)])
    arrays["input"] = np.where(places == out, -np.inf, x)


def maps(source: Source, shape: tuple[int, ...], slack: float) -> np.ndarray:
    if source.flag(40):
        return numbers.probabilities(source, shape, slack)
    return np.asarray(source.rng.integers(0, 2, shape)).astype(source.one("bool", *numbers.INTEGERS))


def activation(source: Source, options: dict[str, Any], arrays: Any, flat: bool, slack: float) -> None:
    kind = source.one(*(() if flat else ("softmax",)), "sigmoid", None)
    if kind != "softmax":
        options["activation"] = kind
    if kind is None:
        arrays["input"] = numbers.probabilities(source, arrays["input"].shape, slack)


def linear(source: Source, loss: str, slack: float) -> dict[str, Any]:
    """Rows for a linear head."""
    positions, features, classes = source.one((3,), (1,), (0,), (), (7,)), source.one(2, 1, 3), source.one(3, 1, 5)
    options = hyper(source, loss)
    arrays = {
        "input": numbers.reals(source, (*positions, features)),
        "linear_weight": np.asarray(source.rng.normal(size=(classes, features))),
        "target": ids(source, positions, classes, ignored(source, options)),
    }
    if source.flag(40):
        arrays["linear_bias"] = np.asarray(source.rng.normal(size=classes))
    if source.flag(35):
        arrays["weight"] = numbers.weights(source, (classes,))
    positional = ("input", "linear_weight", "target")
    found = {"positional": positional, "arrays": arrays, "options": options, "losses": positions, "mask": positions}
    return {**found, "per_class": ("linear_weight", "linear_bias", "weight")}
