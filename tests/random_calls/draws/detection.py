"""Calls of the detection losses."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

import array_losses as al

from . import numbers
from .source import Source

LEAVES_OUT = "min_negatives" in inspect.signature(al.ssd_loss).parameters
"""Whether class targets of -1 are left out."""


def hyper(source: Source, loss: str) -> dict[str, Any]:
    choices: tuple[Any, ...] = (("alpha", 1.0, 0.5, 0), ("neg_pos_ratio", 3.0, 0, 1, 1.5), ("beta", 1.0, 0.5, 0, 2))
    if LEAVES_OUT:
        choices = (*choices, ("min_negatives", 0, 1, 2, 50))
    if loss == "multibox_loss":
        choices = (*choices, ("iou_threshold", 0.5, 0.3, 0, 1), ("variances", (0.1, 0.2), (1.0, 0.5)))
    return {name: source.one(*values) for name, *values in choices if source.flag(35)}


def detection(source: Source, loss: str, slack: float) -> dict[str, Any]:
    """As `elementwise`."""
    batch, count, classes = source.one(2, 1, 3, 0), source.one(5, 1, 3, 8), source.one(3, 2)
    options = hyper(source, loss)
    background = source.one(0, 0, classes - 1)
    if background:
        options["background"] = background
    arrays = {
        "loc_pred": numbers.reals(source, (batch, count, 4)),
        "conf_pred": np.asarray(source.rng.normal(size=(batch, count, classes)) * 2),
    }
    if loss == "ssd_loss":
        labels = source.rng.integers(0, classes, (batch, count))
        labels = np.where(source.rng.random((batch, count)) < source.one(0.6, 0.3, 1.0), background, labels)
        loc = numbers.reals(source, (batch, count, 4))
        if LEAVES_OUT and source.flag(30):
            labels = np.where(source.rng.random((batch, count)) < 0.3, -1, labels)
        if source.flag(30):
            loc = np.where((labels == background)[..., None], np.nan, loc)
        signed = [name for name in numbers.INTEGERS if name[0] == "i" or not np.any(labels < 0)]
        arrays |= {"loc_target": loc, "conf_target": labels.astype(source.one(*signed))}
        positional: tuple[str, ...] = ("loc_pred", "conf_pred", "loc_target", "conf_target")
    else:
        arrays |= truths(source, batch, count, classes, background)
        positional = ("loc_pred", "conf_pred", "default_boxes", "gt_boxes", "gt_labels")
    found = {"positional": positional, "arrays": arrays, "options": options, "losses": (batch,)}
    return {**found, "mask": (batch, count), "per_class": ("default_boxes",)}


def boxes(source: Source, shape: tuple[int, ...], whole: bool) -> np.ndarray:
    """Corners x1, y1, x2, y2; of whole numbers, so that every dtype holds them."""
    corner = source.rng.integers(0, 12, (*shape, 2)).astype(float)
    size = source.rng.integers(1, 9, (*shape, 2)).astype(float)
    if not whole:
        corner, size = corner + np.round(source.rng.random((*shape, 2)), 2), size + np.round(source.rng.random(), 2)
    return np.concatenate([corner, corner + size], axis=-1)


def truths(source: Source, batch: int, count: int, classes: int, background: int) -> dict[str, np.ndarray]:
    most, whole = source.one(2, 1, 0, 3), source.flag(30)
    labels = source.rng.integers(0, classes - 1, (batch, most))
    labels = np.where(labels >= background, labels + 1, labels)
    found = {"default_boxes": boxes(source, (count,), whole), "gt_boxes": boxes(source, (batch, most), whole)}
    found["gt_labels"] = labels.astype(source.one(*numbers.INTEGERS))
    if source.flag(50):
        found["gt_valid"] = source.rng.random((batch, most)) < source.one(0.6, 0.0)
        hidden = ~found["gt_valid"][..., None]
        if not whole and source.flag(50):
            found["gt_boxes"] = numbers.poisoned(source, found["gt_boxes"], hidden)
    if whole and source.flag(60):
        for name in ("default_boxes", "gt_boxes"):
            found[name] = found[name].astype(source.one(*numbers.INTEGERS))
    return found
