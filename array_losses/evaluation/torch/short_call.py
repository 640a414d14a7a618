"""Short calls: an input and a target, plain tensors, with options that are numbers, words and plain tensors too."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any, NamedTuple

import torch

from ...backends.torch.plain import is_plain_eager
from ...options import PLAIN
from ..plain_loss import PlainLoss

Tensor = torch.Tensor
IDS = frozenset({torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8})
"""The dtypes of ids that are told apart by torch's operators too."""


class ShortCall(NamedTuple):
    """A call, its arguments sorted."""

    input: Tensor
    target: Tensor
    reduction: str
    options: dict[str, Any]
    """The hyperparameters that are not as by default."""
    arrays: dict[str, Tensor]
    """The other arrays of the loss: weights of elements or classes."""
    sample_weight: Tensor | None
    where: Tensor | None
    normalizer: str | float | None
    keywords: Mapping[str, Any]
    """All but the first two, as the user gave them."""

    @property
    def reduces_as_torch(self) -> bool:
        """Whether torch knows the way from the unreduced losses to the result."""
        return self.sample_weight is None and self.where is None and self.normalizer is None

    @property
    def can_be_kept(self) -> bool:
        """Whether autograd can keep its tensors for a gradient: not those made in inference mode."""
        if not self.input.requires_grad:
            return True
        given = (self.target, *self.arrays.values(), self.sample_weight, self.where)
        return not any(each is not None and each.is_inference() for each in given)


def short_call(loss: PlainLoss, args: tuple[Any, ...], kwargs: dict[str, Any]) -> ShortCall | None:
    """The call, sorted; None where it is none of these."""
    input, target = args[:2]
    if not (isinstance(target, Tensor) and is_plain_eager((input, target), anywhere=True)):
        return None
    if input.dtype not in (torch.float32, torch.float64):
        return None
    if len(args) == 3:
        if "weight" in kwargs or list(loss.signature.positional[2:]) != ["weight"]:
            return None
        kwargs = {**kwargs, "weight": args[2]}
    if not kwargs:
        return ShortCall(input, target, "mean", {}, {}, None, None, None, kwargs)
    reduction, normalizer = kwargs.get("reduction", "mean"), kwargs.get("normalizer")
    if not (isinstance(reduction, str) and reduction in ("mean", "sum", "none") and is_plain_divisor(normalizer)):
        return None
    tensors, options = {}, {}
    for name, value in kwargs.items():
        if name in loss.hyperparameters:
            options[name] = value
        elif name not in ("reduction", "normalizer") and value is not None:
            tensors[name] = value
    if not PLAIN.issuperset(map(type, options.values())):
        return None
    if tensors and not all(fits(name, each, input) for name, each in tensors.items()):
        return None
    weight, where = tensors.pop("sample_weight", None), tensors.pop("where", None)
    changed = loss.signature.changed(options) if options else options
    return ShortCall(input, target, reduction, changed, tensors, weight, where, normalizer, kwargs)


def is_plain_divisor(normalizer: object) -> bool:
    """Whether a normalizer is a name, or a number to divide by."""
    if type(normalizer) in (int, float):
        return 0 < normalizer < inf  # type: ignore[operator]
    return normalizer is None or (isinstance(normalizer, str) and normalizer in ("weights", "count"))


def fits(name: str, value: object, input: Tensor) -> bool:
    """Whether an array among the options is a plain tensor beside the input, without a gradient."""
    if not (isinstance(value, Tensor) and is_plain_eager((value,), anywhere=True)) or value.requires_grad:
        return False
    return value.device == input.device and value.dtype == (torch.bool if name == "where" else input.dtype)
