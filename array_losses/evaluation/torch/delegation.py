"""Delegation: short calls on small tensors go to torch.nn.functional where that is right, or to the fast path.

Of its losses, `binary_cross_entropy_with_logits` is not here, which subtracts what nearly cancels; of
`binary_cross_entropy` the second derivative does, for which the formula's is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import inf, isfinite
from typing import Any, NamedTuple

import torch
from torch.nn import functional

from ...backends.torch.plain import extremes, has_few_classes, is_plain_eager
from ...backends.torch.private import get_enum, huber_loss, l1_loss, mse_loss, smooth_l1_loss
from ...intervals import UNIT
from ..plain_loss import PlainLoss
from ..short_call import ShortCall, has_place_of_ids, is_alike, short_call
from .fast_path import evaluate_fast, with_slope

Tensor = torch.Tensor
IDS = frozenset({torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8})
"""The dtypes of ids that are told apart by torch's operators too."""


def placed(input: Tensor, target: Tensor) -> bool:
    """Whether there is an id for each position."""
    return target.dtype in IDS and has_place_of_ids(input, target)


def labelled(input: Tensor, target: Tensor) -> bool:
    """Whether there is an id in host memory for each position."""
    return placed(input, target) and target.is_cpu


def gathered(input: Tensor, target: Tensor) -> bool:
    """Whether `labelled` holds and torch's derivative is there, which for images in another order is not."""
    return labelled(input, target) and (input.ndim != 4 or input.is_contiguous())


def softmaxed(input: Tensor, target: Tensor) -> bool:
    """Whether `labelled` holds and the classes are not so few that torch's softmax along them is slow."""
    return labelled(input, target) and not has_few_classes(input, 1)


def of_classes(
    function: Callable[..., Tensor],
    input: Tensor,
    target: Tensor,
    *,
    reduction: str,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    **options: Any,
) -> Tensor | None:
    """The loss by a function of torch; None where that may be wrong, or has to be explained."""
    ids = target.long()
    least = ids.min().item()
    ignores = ignore_index >= 0 or least == ignore_index
    if (least < 0 and not ignores) or (weight is not None and not is_per_class(weight, input)):
        return None
    if not -(2**63) <= ignore_index < 2**63:
        return None
    if ignores and function is functional.cross_entropy and not isfinite(input.detach().sum().item()):
        return None  # its derivative is NaN where a NaN is ignored
    try:
        loss = function(input, ids, weight=weight, ignore_index=ignore_index, reduction=reduction, **options)
    except IndexError:  # an id out of range, which deserves a better message
        return None
    if ignores or weight is not None:  # NaN: a mean of nothing, and an infinite loss of weight 0
        total = loss.detach().sum() if reduction == "none" else loss
        return loss if isfinite(total.item()) else None
    return loss


def is_per_class(weight: Tensor, input: Tensor) -> bool:
    """Whether there is a weight for each class."""
    axis = min(1, input.ndim - 1)
    return weight.shape == input.shape[axis : axis + 1]


def smoothed(input: Tensor, target: Tensor, *, label_smoothing: float = 0.0, **options: Any) -> Tensor | None:
    """Cross-entropy; torch multiplies the infinite loss of a class that is out by 0 where all labels are smooth."""
    weight = options.get("weight")
    if label_smoothing == 1 or (label_smoothing and weight is not None and not isfinite(weight.sum().item())):
        return None
    return of_classes(functional.cross_entropy, input, target, label_smoothing=label_smoothing, **options)


def of_alike(kernel: Callable[..., Tensor], input: Tensor, target: Tensor, *, reduction: str, **options: Any) -> Tensor:
    """The loss of two tensors of one shape, which need not be broadcast."""
    return kernel(input, target, get_enum(reduction), **options)


def smooth_l1(input: Tensor, target: Tensor, *, beta: float = 1.0, **options: Any) -> Tensor | None:
    """Smooth L1; torch squares what is less than beta before it divides, which overflows or vanishes."""
    return of_alike(smooth_l1_loss, input, target, beta=beta, **options) if 1e-12 <= beta <= 1e18 else None


def of_probabilities(input: Tensor, target: Tensor, *, reduction: str) -> Tensor | None:
    """Binary cross-entropy; torch takes any target, and refuses an input outside [0, 1] in words of its own."""
    if not UNIT.encloses(target, extremes):
        return None
    try:
        return functional.binary_cross_entropy(input, target, reduction=reduction)
    except RuntimeError:
        return None


def is_final(input: Tensor, target: Tensor) -> bool:
    """Whether `is_alike` holds, and nothing takes a gradient of what comes out."""
    differentiated = torch.is_grad_enabled() and (input.requires_grad or target.requires_grad)
    return is_alike(input, target) and input.is_cpu and not differentiated


def is_final_or_inside(input: Tensor, target: Tensor) -> bool:
    """Whether `is_final` holds, or torch's derivative by the input is right: not where p (1 - p) is below 1e-12."""
    if is_final(input, target):
        return True
    if not (is_alike(input, target) and input.is_cpu) or target.requires_grad:
        return False
    low, high = extremes(input)
    return low > 2e-12 and high < 1 - 2e-12


def slope_of_probabilities(g: Tensor, input: Tensor, target: Tensor, *, reduction: str) -> Tensor:
    """The derivative of binary cross-entropy by the input, times a cotangent."""
    found: Tensor = torch.ops.aten.binary_cross_entropy_backward(g, input, target, None, get_enum(reduction))
    return found


def has_short_gradient(input: Tensor, target: Tensor) -> bool:
    """Whether `is_alike` holds and no gradient of many in host memory is wanted: torch takes two more passes for it."""
    return is_final(input, target) or (is_alike(input, target) and not (input.is_cpu and input.numel() >= 1 << 18))


class Delegate(NamedTuple):
    """A loss of `torch.nn.functional`, and the calls that may go to it."""

    function: Callable[..., Tensor | None]
    """None of it where it is not right after all."""
    fits: Callable[[Tensor, Tensor], bool]
    """Whether the function is right for an input and a target."""
    limit: float
    """The number of elements below which it pays: beyond, its results leave the cache."""
    options: Mapping[str, str] = {}
    """From our names of options to torch's."""
    arrays: frozenset[str] = frozenset()
    """The other arrays it takes."""
    slope: Callable[..., Tensor] | None = None
    """Torch's derivative by the input, where autograd would differentiate it wrongly."""


WEIGHT, IGNORE = frozenset({"weight"}), {"ignore_index": "ignore_index"}
LOSSES = {
    "binary_cross_entropy": Delegate(of_probabilities, is_final_or_inside, 1 << 12, slope=slope_of_probabilities),
    "cross_entropy": Delegate(smoothed, softmaxed, 1 << 22, {"label_smoothing": "label_smoothing", **IGNORE}, WEIGHT),
    "huber_loss": Delegate(partial(of_alike, huber_loss), is_alike, 1 << 23, {"delta": "delta"}),
    "label_smoothing_loss": Delegate(
        partial(smoothed, label_smoothing=0.1), softmaxed, 1 << 22, {"smoothing": "label_smoothing", **IGNORE}, WEIGHT
    ),
    "l1_loss": Delegate(partial(of_alike, l1_loss), has_short_gradient, 1 << 20),
    "mse_loss": Delegate(partial(of_alike, mse_loss), is_alike, 1 << 23),
    "nll_loss": Delegate(partial(of_classes, functional.nll_loss), gathered, inf, IGNORE, WEIGHT),
    "smooth_l1_loss": Delegate(smooth_l1, is_alike, 1 << 23, {"beta": "beta"}),
}


def delegate(loss: PlainLoss, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """The loss by torch's function or by the fast path; None where neither is known to be right and to pay."""
    native = LOSSES.get(loss.name)
    if not is_plain(*args[:2]):
        return None
    call = short_call(loss, args, kwargs, fits)
    if call is None or not can_be_kept(call):
        return None
    found = natively(loss, native, call)
    if found is None and (placed if loss.takes_class_ids else is_alike)(call.input, call.target):
        found = evaluate_fast(loss, call)
    return found


def is_plain(input: Tensor, target: object) -> bool:
    """Whether a call is of plain tensors in single or double precision."""
    if not (isinstance(target, Tensor) and is_plain_eager((input, target), anywhere=True)):
        return False
    return input.dtype in (torch.float32, torch.float64)


def fits(name: str, value: object, input: Tensor) -> bool:
    """Whether an array among the options is a plain tensor beside the input, without a gradient."""
    if not (isinstance(value, Tensor) and is_plain_eager((value,), anywhere=True)) or value.requires_grad:
        return False
    return value.device == input.device and value.dtype == (torch.bool if name == "where" else input.dtype)


def can_be_kept(call: ShortCall) -> bool:
    """Whether autograd can keep the tensors of a call for a gradient: not those made in inference mode."""
    if not call.input.requires_grad:
        return True
    given = (call.target, *call.arrays.values(), call.sample_weight, call.where)
    return not any(each is not None and each.is_inference() for each in given)


def natively(loss: PlainLoss, native: Delegate | None, call: ShortCall) -> Tensor | None:
    """The loss by torch's function; None where that is not right or does not pay."""
    input, target = call.input, call.target
    if native is None or not call.reduces_natively or not 0 < input.numel() < native.limit:
        return None
    if input.device != target.device or not native.fits(input, target):
        return None
    if not (call.options.keys() <= native.options.keys() and call.arrays.keys() <= native.arrays):
        return None
    named = {native.options[name]: value for name, value in call.options.items()}
    function = partial(native.function, reduction=call.reduction, **named, **call.arrays)
    if native.slope is None or is_final(input, target):
        return function(input, target)
    with torch.no_grad():
        value = function(input, target)
    return None if value is None else with_slope(loss, call, value, partial(native.slope, reduction=call.reduction))
