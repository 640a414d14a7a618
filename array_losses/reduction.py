"""From unreduced losses to a result: the four reductions, weights, masks and the divisor of the mean.

The unreduced losses of a call, with their weights and mask, are its `Elements`; of these come the totals, a sum and a
divisor, additive over samples; the finish makes the mean of the totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, prod
from typing import Any, NamedTuple

from .arguments import Arguments
from .backends import backend_of, is_floating
from .errors import DTypeError, OptionError, describe, fail
from .host import frozen
from .numerics import divide_no_nan, multiply_no_nan, poison, select
from .pairs import Parts, merged_pairs, zeros
from .sums import keep_finish
from .typing import Array, DType

REDUCTIONS = ("mean", "sum", "none", "sums")
BATCH_MEAN = "batchmean"
"""Torch's word for a sum over the number of samples, where a loss knows it (`kl_div`)."""


class Elements(NamedTuple):
    """Unreduced losses, weighted and masked (0 where masked)."""

    loss: Array
    weight: Array | None = None
    """The share of each element in the divisor "weights", broadcastable to `loss`; None is 1."""
    kept: Array | None = None
    """Boolean mask of the elements that count, broadcastable to `loss`; None is all."""
    counted: Array | None = None
    """The share of each element in the loss's own divisor (SSD: its positive boxes)."""
    size: Array | None = None
    """What each loss is divided by in the mean alone (CTC: the length of its target); None is 1."""
    all_valid: Array | None = None
    """Whether no value is bad that could not be refused, 0-d; else the sum is NaN. None where all were looked at."""


@keep_finish
class MeanFinish(NamedTuple):
    """The last step of a mean; equal for sums that may be merged."""

    loss: str
    options: tuple[tuple[str, Any], ...]
    dtype: str
    """The name of the dtype in which the loss is computed."""
    min_divisor: float = 0.0
    """The divisor is at least this (SSD: 1)."""
    sized: bool = False
    """Whether the first part is the sum of the losses divided by their sizes, and the last one their own sum."""

    def __call__(self, parts: tuple[Array, ...], reduction: str) -> Array:
        if self.sized:
            parts, undivided = parts[:-1], parts[-1]
            if reduction == "sum":
                return undivided
        total, divisor, *merged = parts
        if reduction == "mean":
            # a constant divisor was added up once per merged Sums
            constant = divide_no_nan(divisor, merged[0]) if merged else divisor
            total = divide(total, constant, self.min_divisor)
        return total

    def merged(self, *pairs: Parts) -> tuple[Parts, Parts]:
        return merged_pairs(*pairs)

    def zeros(self, parts: tuple[Array, ...]) -> tuple[Array, ...]:
        return zeros(parts)

    def __repr__(self) -> str:
        return f"{self.loss}({', '.join(f'{name}={value!r}' for name, value in self.options)}) in {self.dtype}"


class Plan(NamedTuple):
    """The reduction of one call."""

    reduction: str
    normalizer: str | float | Array
    """ "weights", "count", "own" or a constant divisor."""
    finish: MeanFinish


def divide(total: Array, divisor: Array | float, min_divisor: float = 0.0) -> Array:
    """The mean; over nothing it is 0, with a zero gradient."""
    if isinstance(divisor, int | float):
        divisor = max(divisor, min_divisor)
        return total / divisor if divisor != 0 else multiply_no_nan(backend_of(total).xp.zeros_like(total), total)
    divisor = backend_of(divisor).cast(divisor, total.dtype)
    if min_divisor:
        divisor = backend_of(divisor).xp.where(divisor > min_divisor, divisor, min_divisor)
    return divide_no_nan(total, divisor)


def nothing(arrays: Sequence[Array | None], dtype: DType) -> Array:
    """A mean over nothing: 0, of which the gradient by each array is 0 too, whatever it holds."""
    total: Array | None = None
    for each in arrays:
        if each is not None and is_floating(each):
            backend = backend_of(each)
            xp = backend.xp
            zero = backend.cast(xp.sum(xp.where(xp.zeros_like(each, dtype=xp.bool), each, 0.0)), dtype)
            total = zero if total is None else total + zero
    assert total is not None  # one array at least is differentiated
    return total


def check_reduction(name: str, reduction: object) -> None:
    """Refuse what is no reduction."""
    if not isinstance(reduction, str) or reduction not in REDUCTIONS:
        hint = "; write normalizer=input.shape[0], the number of samples" if reduction == BATCH_MEAN else ""
        hint = '; None is "none" here' if reduction is None else hint
        fail(OptionError, name, "reduction", 'be "mean", "sum", "none" or "sums"', describe(reduction) + hint)


def batch_mean(call: Arguments, normalizer: object) -> dict[str, Any]:
    """The options that "batchmean" stands for: the mean over the number of samples."""
    if normalizer is not None:
        fail(OptionError, call.function, "normalizer", 'be None with reduction="batchmean"', describe(normalizer))
    count: Any = call.array.shape[0] if call.array.ndim else 1
    if not isinstance(count, int):  # a symbol of a size
        count = call.backend.xp.sum(call.backend.cast(call.array[:0], call.compute)) + count
    return {"reduction": "mean", "normalizer": count}


def check_options(call: Arguments, reduction: object, normalizer: object) -> Any:
    """The two options as they may be used: a reduction by its name, a normalizer by name, as number or 0-d array."""
    check_reduction(call.function, reduction)
    expected = 'be None, "weights", "count", a number or a 0-d array'
    if normalizer is None or isinstance(normalizer, str):
        if normalizer not in (None, "weights", "count"):
            fail(OptionError, call.function, "normalizer", expected, describe(normalizer))
        return normalizer
    # a compiler holds NumPy's scalars as arrays
    held = call.backend.tracing() and not isinstance(normalizer, int | float)
    plain = normalizer if held else frozen(normalizer)
    normalizer = plain if isinstance(plain, int | float) else normalizer
    if isinstance(normalizer, bool):
        fail(OptionError, call.function, "normalizer", expected, describe(normalizer))
    if isinstance(normalizer, int | float):
        if not 0 <= normalizer < inf:
            fail(OptionError, call.function, "normalizer", "be a finite number >= 0", describe(normalizer))
        return float(normalizer)
    array = call.real("normalizer", normalizer)
    if tuple(array.shape) != ():
        fail(DTypeError, call.function, "normalizer", expected, describe(normalizer))
    return call.backend.cast(array, call.compute)


def divides_by_zero(values: dict[str, Any]) -> bool:
    """Whether a mean over nothing is asked for by a plain number, which a compiler must know."""
    normalizer = values["normalizer"]
    return values["reduction"] == "mean" and isinstance(normalizer, int | float) and normalizer == 0


def weighted(
    loss: Array,
    weights: Sequence[Array | None],
    class_weight: Array | None,
    where: Array | None,
    valid: Array | None = None,
    summed: bool = False,
) -> Elements:
    """Weigh and mask unreduced losses; NaN, in the derivative too, where they are not masked and not valid.

    Losses that are `summed` are spoiled as a whole, which takes one number in place of one for each.
    `weights` multiply the loss here; `class_weight` is in the loss already and only counts in the divisor.
    """
    weight, all_valid = class_weight, None
    for each in weights:
        if each is None:
            continue
        if where is not None:  # what is masked may hold NaN, also in its weights
            each = select(each, where)
        loss = multiply_no_nan(each, loss)
        weight = each if weight is None else weight * each
    if valid is not None:
        valid = valid if where is None else valid | ~where
        if summed:
            all_valid = backend_of(valid).xp.all(valid)
        else:
            loss = poison(loss, valid)
    if where is not None:
        loss = select(loss, where)
        weight = None if weight is None else select(weight, where)
    return Elements(loss, weight, where, all_valid=all_valid)


def repeats(shape: tuple[int, ...], full: tuple[int, ...]) -> int:
    """How often an array of a shape is repeated in one that it broadcasts to; to sum up what repeats loses digits."""
    own = (1,) * (len(full) - len(shape)) + tuple(shape)
    return prod([n for n, mine in zip(full, own, strict=True) if mine == 1])


def divisor_of(elements: Elements, normalizer: Array | str | float) -> Array | int | float:
    """The divisor of the mean: additive, but for a constant; counts are integers."""
    if not isinstance(normalizer, str):
        return normalizer
    loss, backend = elements.loss, backend_of(elements.loss)
    xp = backend.xp
    if normalizer == "own":
        return xp.sum(elements.counted)
    if normalizer == "weights" and elements.weight is not None:
        return xp.sum(backend.dense(elements.weight)) * repeats(elements.weight.shape, loss.shape)
    if elements.kept is None:
        count = prod(loss.shape)
        return count if isinstance(count, int) else xp.ones_like(xp.sum(loss)) * count  # a symbol of a size
    kept = xp.astype(xp.broadcast_to(elements.kept, loss.shape), xp.int32)
    return xp.sum(kept, dtype=xp.int32)  # exact to 2^31, float32 only to 2^24
