"""Short calls: an input and a target, plain arrays, with options that are numbers, words and plain arrays too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any, NamedTuple

from ..options import PLAIN
from .plain_loss import PlainLoss


class ShortCall(NamedTuple):
    """A call, its arguments sorted."""

    input: Any
    target: Any
    reduction: str
    options: dict[str, Any]
    """The hyperparameters that are not as by default."""
    arrays: dict[str, Any]
    """The other arrays of the loss: weights of elements or classes."""
    sample_weight: Any
    where: Any
    normalizer: str | float | None
    keywords: Mapping[str, Any]
    """All but the first two, as the user gave them."""

    @property
    def reduces_natively(self) -> bool:
        """Whether a library that knows the loss knows the way from the unreduced losses to the result."""
        return self.sample_weight is None and self.where is None and self.normalizer is None


def short_call(
    loss: PlainLoss, args: tuple[Any, ...], kwargs: dict[str, Any], fits: Callable[[str, Any, Any], bool]
) -> ShortCall | None:
    """The call, sorted; None where it is none of these. `fits` tells of a name and its array whether it is plain."""
    input, target = args[:2]
    if len(args) == 3:
        if "weight" in kwargs or list(loss.signature.positional[2:]) != ["weight"]:
            return None
        kwargs = {**kwargs, "weight": args[2]}
    if any(name not in kwargs for name in loss.signature.required[len(args) :]):
        return None
    if not kwargs:
        return ShortCall(input, target, "mean", {}, {}, None, None, None, kwargs)
    reduction, normalizer = kwargs.get("reduction", "mean"), kwargs.get("normalizer")
    if not (isinstance(reduction, str) and reduction in ("mean", "sum", "none") and is_plain_divisor(normalizer)):
        return None
    arrays, options = {}, {}
    for name, value in kwargs.items():
        if name in loss.hyperparameters:
            options[name] = value
        elif name not in ("reduction", "normalizer") and value is not None:
            arrays[name] = value
    if not PLAIN.issuperset(map(type, options.values())):
        return None
    if arrays and not all(fits(name, each, input) for name, each in arrays.items()):
        return None
    weight, where = arrays.pop("sample_weight", None), arrays.pop("where", None)
    changed = loss.signature.changed(options) if options else options
    return ShortCall(input, target, reduction, changed, arrays, weight, where, normalizer, kwargs)


def is_plain_divisor(normalizer: object) -> bool:
    """Whether a normalizer is a name, or a number to divide by."""
    if type(normalizer) in (int, float):
        return 0 < normalizer < inf  # type: ignore[operator]
    return normalizer is None or (isinstance(normalizer, str) and normalizer in ("weights", "count"))


def is_alike(input: Any, target: Any) -> bool:
    """Whether the target has the shape and the dtype of the input."""
    return bool(target.shape == input.shape and target.dtype == input.dtype)


def has_place_of_ids(input: Any, target: Any) -> bool:
    """Whether the target has the shape of the input without its class axis."""
    shape = input.shape
    return bool(len(shape) > 0 and target.shape == shape[:1] * (len(shape) > 1) + shape[2:])
