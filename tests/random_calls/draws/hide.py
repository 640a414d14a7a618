"""NaN, infinities and bad labels: where nothing may look, and seldom where something does."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..oracle.reduction import by_rule
from . import numbers
from .source import Source


def hide(source: Source, loss: str, arrays: dict[str, np.ndarray], options: dict[str, Any], drawn: Any) -> None:
    """Poison what is masked, and logits of ignored positions."""
    mask = drawn["mask"]
    hidden = np.zeros(mask, bool) if "where" not in arrays else ~by_rule(arrays["where"], mask)  # type: ignore[operator]
    target = arrays.get("target")
    labelled = target is not None and target.dtype.kind in "iu" and target.shape == mask
    if labelled and ("axis" in drawn or loss == "linear_cross_entropy"):
        hidden = hidden | (target == options.get("ignore_index", -100))
    if not hidden.any() or not source.flag(60):
        return
    for name, each in list(arrays.items()):
        if each.dtype.kind == "f" and name not in ("normalizer", "default_boxes", "gt_boxes", "linear_weight"):
            wide = alike(hidden, each.shape, drawn, name)
            if wide is not None:
                arrays[name] = numbers.poisoned(source, each, wide)
    if "where" in arrays and labelled:
        masked = ~by_rule(arrays["where"], mask)  # type: ignore[operator]
        arrays["target"] = np.where(masked, target.dtype.type(99), target)


def alike(hidden: np.ndarray, shape: tuple[int, ...], drawn: Any, name: str) -> np.ndarray | None:
    """The mask for an array that has a value, or a row of values, for each position."""
    axis = drawn.get("axis")
    if name in drawn.get("per_class", ()):
        return None
    if shape == hidden.shape and name != "sample_weight":
        return hidden
    if name == "sample_weight":
        return hidden if shape == hidden.shape == drawn["losses"] else None
    if axis is not None and len(shape) == hidden.ndim + 1:
        return np.broadcast_to(np.expand_dims(hidden, axis), shape)
    if shape[:-1] == hidden.shape:
        return np.broadcast_to(hidden[..., None], shape)
    return None


def bad_values(source: Source, loss: str, arrays: dict[str, np.ndarray], options: dict[str, Any], drawn: Any) -> None:
    """One value that its argument must not hold."""
    name = {"ssd_loss": "conf_target", "multibox_loss": "gt_labels"}.get(loss, "target")
    values = arrays[name]
    if loss == "multibox_loss" and "where" in arrays:  # whether a label of no box left is bad is not said
        return
    if not values.size or loss in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss") or values.dtype.kind == "b":
        return
    values = np.array(values)
    flat = values.reshape(-1)
    if values.dtype.kind in "iu":
        info = np.iinfo(values.dtype)
        bad = source.one(*[each for each in (7, -7, 2**32 + 1, 2**64 - 100, 2**40) if info.min <= each <= info.max])
    else:
        bad = source.one(1.5, -0.5)
    flat[source.one(*range(flat.size))] = bad
    arrays[name] = values
