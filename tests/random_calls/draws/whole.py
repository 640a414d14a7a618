"""A whole call: a loss, then what every loss takes, the dtypes, and how each array is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..call import RandomCall
from ..oracle.domain import slack
from . import classes, detection, elementwise, hyper, numbers
from .hide import bad_values, hide
from .source import Source

DRAWS: dict[str, Callable[[Source, str, float], dict[str, Any]]] = {
    **dict.fromkeys((*elementwise.REGRESSION, *elementwise.LABELLED), elementwise.elementwise),
    **dict.fromkeys(("cross_entropy", "focal_loss", "label_smoothing_loss", "nll_loss"), classes.classwise),
    "dice_loss": classes.classwise,
    "linear_cross_entropy": classes.linear,
    **dict.fromkeys(("ssd_loss", "multibox_loss"), detection.detection),
}
LOSSES = tuple(DRAWS)
PARTNERS = (elementwise.REGRESSION, elementwise.LABELLED[1:], ("cross_entropy", "label_smoothing_loss"))
"""Losses that take each other's arrays."""
FORMS = ("array", "array", "host", "list", "big-endian", "strided", "reversed", "fortran", "read-only")
NO_OTHER: tuple[str, dict[str, Any]] = ("", {})
REDUCTIONS = ("mean", "sum", "none", "mean", "sums:mean", "sums:sum", "halves")


def draw_call(source: Source, losses: tuple[str, ...] = LOSSES, floats: tuple[str, ...] = numbers.FLOATS) -> RandomCall:
    """A random call of one of the losses."""
    loss, dtype = source.one(*losses), source.one(*floats)
    drawn = DRAWS[loss](source, loss, slack(numbers.numpy_dtype(dtype)))
    arrays, options = drawn["arrays"], drawn["options"]
    if source.flag(35):
        inside = loss == "dice_loss" and options.get("batch")
        shape = source.one((), drawn["mask"][:1]) if inside else numbers.by_rule(source, drawn["losses"])
        if source.flag(8) and not inside and numbers.is_wrong(drawn["losses"][1:], drawn["losses"]):
            shape = drawn["losses"][1:]
        arrays["sample_weight"] = numbers.weights(source, shape)
    if source.flag(35):
        arrays["where"] = source.rng.random(numbers.by_rule(source, drawn["mask"])) < source.one(
            0.7, 0.5, 0.3, 0.8, 0.0
        )
    hide(source, loss, arrays, options, drawn)
    normalizer(source, arrays, options)
    learned = hyper.as_arrays(source, loss, arrays, options)
    arrays = {name: stored(source, name, each, dtype, drawn["positional"][0]) for name, each in arrays.items()}
    if source.flag(5):
        bad_values(source, loss, arrays, options, drawn)
    batched = frozenset(name for name, each in arrays.items() if is_batched(name, each, drawn))
    whole = loss == "dice_loss" and bool(options.get("batch")) and "sample_weight" in arrays
    whole |= "pos_weight" in batched  # an option, which two halves would not share
    reduction = source.one(*REDUCTIONS)
    if reduction == "halves" and (drawn.get("axis") == 0 or not drawn["mask"] or drawn["mask"][0] < 2 or whole):
        reduction = "sums:mean"
    forms = {name: source.one(*FORMS) for name in arrays if source.flag(25)}
    route, second = ("function", NO_OTHER) if learned else composed(source, loss, arrays, options)
    wanted = tuple(name for name, each in arrays.items() if differentiable(each, forms.get(name)) and source.flag(60))
    return RandomCall(
        loss,
        drawn["positional"],
        arrays,
        options,
        reduction,
        forms,
        wanted,
        batched,
        route,
        second,
        int(source.rng.integers(1000)),
    )


def normalizer(source: Source, arrays: dict[str, np.ndarray], options: dict[str, Any]) -> None:
    if source.flag(45):
        given = source.one("count", "weights", 3.0, 1, 0.5, np.asarray(2.5), np.asarray(0.5), 0, np.asarray(0.0))
        if isinstance(given, np.ndarray):
            arrays["normalizer"] = given
        else:
            options["normalizer"] = given


def stored(source: Source, name: str, values: np.ndarray, dtype: str, first: str) -> np.ndarray:
    """In the dtype of the first array; the others sometimes in another."""
    values = np.asarray(values)
    if values.dtype.kind != "f":
        return values
    return numbers.rounded(values, dtype if name == first or not source.flag(15) else source.one(*numbers.FLOATS))


def is_batched(name: str, array: np.ndarray, drawn: dict[str, Any]) -> bool:
    """Whether the first axis is that of the samples."""
    if name in drawn.get("per_class", ()) or not array.ndim:
        return False
    if name in ("weight", "pos_weight", "sample_weight", "where"):  # broadcast from the last axis, but for (N,)
        full = name in ("sample_weight", "where") or array.ndim == len(drawn["mask"])
        return full and array.shape[0] == drawn["mask"][0]
    return True


def differentiable(array: np.ndarray, form: str | None) -> bool:
    return (array.dtype.kind == "f" or array.dtype.name == "bfloat16") and form not in ("host", "list", "big-endian")


def composed(source: Source, loss: str, arrays: Any, options: dict[str, Any]) -> tuple[str, tuple[str, dict[str, Any]]]:
    """By which route, and for a composition the other loss."""
    route = source.one("function", "function", "object", "composition")
    if route != "composition":
        return route, NO_OTHER
    other = loss
    for group in PARTNERS:
        if loss in group:
            other = source.one(*group)
    if ("weight" in arrays and other in elementwise.NO_WEIGHT) or "pos_weight" in arrays:
        other = loss
    shared = ("axis", "ignore_index", "normalizer", "batch", "include_background", "activation", "background")
    module = elementwise if loss in (*elementwise.REGRESSION, *elementwise.LABELLED) else classes
    module = detection if loss in ("ssd_loss", "multibox_loss") else module  # type: ignore[assignment]
    fresh = {key: value for key, value in module.hyper(source, other).items() if key not in shared}
    return route, (other, {key: value for key, value in options.items() if key in shared} | fresh)
