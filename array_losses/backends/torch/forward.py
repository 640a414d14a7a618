"""torch's forms of numerics where torch takes no derivative: none is wanted, or the numeric has its own.

They may write to what they made.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import torch

from ..whole_power import is_small_whole, whole_power
from .alignment import alignment_log_likelihood, class_posteriors
from .binary import BINARY
from .kernels import largest_magnitude
from .lookalikes import PLAIN
from .margins import label_counts, pair_slope, pair_violations
from .plain import concrete_or_none
from .private import is_batch
from .regression import REGRESSION


def shown(x: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:  # noqa: ARG001
    """The array x itself: forward, what is masked need not be hidden."""
    return x


def fill(x: torch.Tensor, kept: torch.Tensor, value: float) -> torch.Tensor:
    """By the bits of `x` and of the mask as a number: in host memory a selection of many takes nine times as long."""
    bits = BITS.get(x.dtype)
    few = x.numel() < MIN_BITS_ELEMENTS
    if few or bits is None or not (x.is_cpu and kept.is_cpu and has_bits(x) and has_bits(kept)):
        return torch.where(kept, x, value)
    mask = kept.view(torch.int8).to(bits).neg_()
    found = x.view(bits) & mask
    if value:
        found |= mask.bitwise_not_().bitwise_and_(torch.tensor(value, dtype=x.dtype).view(bits))
    return found.view(x.dtype)


def has_bits(x: torch.Tensor) -> bool:
    """Whether the memory of a tensor holds its numbers: not of a subclass, of a batch or of what is to be negated."""
    return type(x) in PLAIN and not (is_batch(x) or x.is_neg())


MIN_BITS_ELEMENTS = 1 << 13
"""Elements from which the bits are faster."""
BITS = {torch.float32: torch.int32, torch.float64: torch.int64}


def select(g: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    return fill(g, keep, 0.0)


def weighed(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """The product, 0 where the weight is and x is no NaN: in the value alone, what is finite need not be told apart."""
    return torch.where((weight == 0) & (x == x), 0.0, weight * x)


def power(x: torch.Tensor, exponent: Any) -> torch.Tensor:
    """Without a selection where x^exponent has vanished before x; on a device by one pass over memory."""
    if x.is_cpu and is_small_whole(exponent) and exponent > 3:  # up to 3 torch multiplies
        multiplied: torch.Tensor = whole_power(x, exponent)
        return multiplied
    if isinstance(exponent, int | float) and exponent >= 1:
        return x**exponent
    present = x >= torch.finfo(x.dtype).smallest_normal
    at_zero = (exponent == 0) * 1.0
    return torch.where(present, torch.where(present, x, 1.0) ** exponent, at_zero)


def focal_weighted(cross_entropy: torch.Tensor, miss: torch.Tensor, gamma: Any) -> torch.Tensor:
    """Where the cross-entropy is infinite, miss is 1."""
    return power(miss, gamma) * cross_entropy


def relative_entropy(log_q: torch.Tensor, p: torch.Tensor) -> torch.Tensor:
    """One selection: where p is 0 the loss is 0, or the NaN of log_q."""
    return torch.where(p == 0, log_q.clamp(0, 0), p.log().sub_(log_q).mul_(p))


def mixture_shares(log_q: torch.Tensor, log_p: torch.Tensor, beta: Any) -> tuple[torch.Tensor, ...]:
    """The shares without selections: infinite ratios as the largest numbers, whose product with 0 is 0."""
    p, q, largest = log_p.exp(), log_q.exp(), torch.finfo(log_p.dtype).max
    ratio = (log_q - log_p).nan_to_num_(0.0, largest, -largest)  # a NaN of the arguments stays in p or q
    weight = beta if isinstance(beta, float) and beta == 0.5 else (ratio <= 0).to(p.dtype) * (1 - 2 * beta) + beta
    mixed = ratio.abs().neg_().expm1_().mul_(weight).log1p_()
    of_q = ratio.clamp(max=0).sub_(mixed).mul_(q)
    return p, q, ratio.neg_().clamp_(max=0).sub_(mixed).mul_(p), of_q


def log1p_distance(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The distance without selections, which take four times as long in host memory."""
    return (x - y).abs_().div_(torch.minimum(x, y).add_(1)).log1p_()


def squared_log1p_distance(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The square, which is infinite by itself where one number is infinite."""
    return log1p_distance(x, y).square_()


def at_least(x: torch.Tensor, low: Any) -> torch.Tensor:
    return torch.clamp(x, min=low)


def vector_norm(x: torch.Tensor, p: Any, axis: int) -> torch.Tensor:
    """By torch's norm, of what cannot overflow."""
    if isinstance(p, int | float) and p <= 2 and concrete_or_none(x) is not None:
        size: torch.Tensor = torch.linalg.vector_norm(x, p, axis)
        if is_moderate(size):
            return size
    top = largest_magnitude(x, axis)
    odd = (top == 0) | (top == inf)
    scaled = x / torch.where(odd, 1.0, top)
    if isinstance(p, int | float):
        root = torch.linalg.vector_norm(scaled, p, axis, keepdim=True)
    else:
        root = scaled.abs().pow(p).sum(axis, keepdim=True).pow(1 / p)
    return torch.where(odd, top, top * root).squeeze(axis)


def cosine_similarity(x: torch.Tensor, y: torch.Tensor, eps: Any, axis: int) -> torch.Tensor:
    """The cosines of vectors, each divided by its largest entry first where a square may overflow or vanish."""
    if concrete_or_none(x) is not None:
        sizes = [torch.linalg.vector_norm(each, 2, axis) for each in (x, y)]
        if all(map(is_moderate, sizes)):
            return (x * y).sum(axis) / (torch.clamp(sizes[0], min=eps) * torch.clamp(sizes[1], min=eps))
    (x, x_size), (y, y_size) = (scaled_by_largest(each, eps, axis) for each in (x, y))
    return (x * y).sum(axis) / (x_size * y_size)


def is_moderate(sizes: torch.Tensor) -> bool:
    """Whether no length is near 0 or infinite."""
    if not sizes.numel():
        return False
    low, high = torch.aminmax(sizes)
    return low.item() > 1e-12 and high.item() < inf


def scaled_by_largest(x: torch.Tensor, eps: Any, axis: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A vector by its largest magnitude, and its length then, at least that of `eps`."""
    top = largest_magnitude(x, axis)
    top = torch.where(top == 0, 1.0, top)
    scaled = x / top
    size = torch.maximum(torch.linalg.vector_norm(scaled, 2, axis, keepdim=True), eps / top)
    return scaled, size.squeeze(axis)


NO_GRAD: dict[str, Callable[..., Any]] = {
    "abs_": torch.abs,
    "at_least": at_least,
    "alignment_log_likelihood": alignment_log_likelihood,
    "class_posteriors": class_posteriors,
    "cosine_similarity": cosine_similarity,
    "fill": fill,
    "focal_weighted": focal_weighted,
    "label_counts": label_counts,
    "masked_fill": shown,
    "log1p_distance": log1p_distance,
    "squared_log1p_distance": squared_log1p_distance,
    "abs_from_right": torch.abs,
    "pair_slope": pair_slope,
    "pair_violations": pair_violations,
    "power": power,
    "relative_entropy": relative_entropy,
    "select": select,
    "sigmoid": torch.sigmoid,
    "mixture_shares": mixture_shares,
    "snap": torch.clamp,
    "vector_norm": vector_norm,
    "weighed": weighed,
    **BINARY,
    **REGRESSION,
}
"""Where torch takes no derivative: none is wanted, or the numeric has its own. They may write to what they made."""
