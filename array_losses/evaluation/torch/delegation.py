"""Delegation: plain calls on small tensors go to torch.nn.functional where that is right, or to the fast path.

Of its losses, `binary_cross_entropy_with_logits` is not here: it subtracts what nearly cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import inf
from typing import Any, NamedTuple

import torch
from torch.nn import functional

from ...backends.torch.plain import extremes, has_few_classes, is_plain_eager
from ..plain_loss import PlainLoss
from . import fast_path

Tensor = torch.Tensor


def alike(input: Tensor, target: Tensor) -> bool:
    """Whether the target has the shape and the dtype of the input."""
    return target.shape == input.shape and target.dtype == input.dtype


def uncertain(input: Tensor, target: Tensor) -> bool:
    """Whether these are probabilities in host memory, none so near 0 or 1 that torch bounds its derivative."""
    if not (alike(input, target) and input.is_cpu and target.is_cpu) or target.requires_grad or input.numel() == 0:
        return False
    (low, high), (least, most) = extremes(input.detach()), extremes(target)
    return low >= SURE and high <= 1 - SURE and least >= 0 and most <= 1


SURE = 1e-11
"""The distance from 0 and 1 from which torch's derivative is right: nearer it takes p (1 - p) to be at least 1e-12."""


def placed(input: Tensor, target: Tensor) -> bool:
    """Whether there is an id for each position."""
    shape = input.shape
    return target.dtype == torch.int64 and input.ndim > 0 and target.shape == shape[:1] * (len(shape) > 1) + shape[2:]


def labelled(input: Tensor, target: Tensor) -> bool:
    """Whether there are ids in host memory, none ignored (its class may be NaN); torch refuses those out of range."""
    return placed(input, target) and target.is_cpu and target.min().item() >= 0


def softmaxed(input: Tensor, target: Tensor) -> bool:
    """Whether `takes_class_ids` holds and the classes are not so few that torch's softmax along them is slow."""
    return labelled(input, target) and not has_few_classes(input, 1)


class Delegate(NamedTuple):
    """A loss of `torch.nn.functional`, and the calls that may go to it."""

    function: Callable[..., Tensor]
    fits: Callable[[Tensor, Tensor], bool]
    """Whether the function is right for an input and a target."""
    limit: float
    """The number of elements below which it pays: beyond, its results leave the cache."""
    options: Mapping[str, str] = {}
    """From our names of options to torch's."""


LOSSES = {
    "binary_cross_entropy": Delegate(functional.binary_cross_entropy, uncertain, 1 << 12),
    "cross_entropy": Delegate(functional.cross_entropy, softmaxed, 1 << 22, {"label_smoothing": "label_smoothing"}),
    "huber_loss": Delegate(functional.huber_loss, alike, 1 << 22, {"delta": "delta"}),
    "label_smoothing_loss": Delegate(
        partial(functional.cross_entropy, label_smoothing=0.1), softmaxed, 1 << 22, {"smoothing": "label_smoothing"}
    ),
    "l1_loss": Delegate(functional.l1_loss, alike, 1 << 21),
    "mse_loss": Delegate(functional.mse_loss, alike, 1 << 22),
    "nll_loss": Delegate(functional.nll_loss, labelled, inf),
    "smooth_l1_loss": Delegate(functional.smooth_l1_loss, alike, 1 << 22, {"beta": "beta"}),
}


def delegate(family: PlainLoss, input: Any, target: Any, reduction: object, options: dict[str, Any]) -> Tensor | None:
    """The loss by torch's function or by the fast path; None where neither is known to be right and to pay."""
    if not (
        isinstance(reduction, str) and isinstance(target, Tensor) and is_plain_eager((input, target), anywhere=True)
    ):
        return None
    if input.dtype not in (torch.float32, torch.float64):
        return None
    options = family.signature.changed(options) if options else options
    native = LOSSES.get(family.name)
    usual = reduction in ("mean", "sum", "none") and input.device == target.device
    if (
        native is not None
        and usual
        and 0 < input.numel() < native.limit
        and options.keys() <= native.options.keys()
        and native.fits(input, target)
    ):
        named = {native.options[name]: value for name, value in options.items()}
        if named.get("label_smoothing") == 1:  # torch multiplies the infinite loss of a class that is out by 0
            return None
        try:
            return native.function(input, target, reduction=reduction, **named)
        except IndexError:  # an id out of range, which deserves a better message
            return None
    fits = placed if family.takes_class_ids else alike
    return fast_path.evaluate_fast(family, input, target, reduction, options) if fits(input, target) else None
