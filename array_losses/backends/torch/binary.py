"""torch's forms of numerics of binary losses where torch takes no derivative: they may write to what they made."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan
from typing import Any

import torch

from ...constants import E_MINUS_100
from .plain import concrete_or_none


def log_clamped(p: torch.Tensor) -> torch.Tensor:
    return p.log().clamp_min_(-100)


def log1m_clamped(p: torch.Tensor) -> torch.Tensor:
    return p.neg().log1p_().clamp_min_(-100)


def softplus(x: torch.Tensor) -> torch.Tensor:
    """ln(1 + e^x) in one pass; x itself from 40 on, where it is that to rounding in every precision."""
    return torch.nn.functional.softplus(x, threshold=40)


def are_hard(labels: torch.Tensor, x: torch.Tensor) -> bool:
    """Whether there are many labels beside x that may be looked at, and each is 0 or 1."""
    if labels.shape != x.shape or x.numel() < MIN_LOOK_ELEMENTS or concrete_or_none(x) is None:
        return False
    low, high = torch.addcmul(labels, labels, labels, value=-1).aminmax()  # y (1 - y)
    return low.item() == 0 == high.item()


MIN_LOOK_ELEMENTS = 1 << 16
"""Elements from which looking at the labels takes less time than what it saves."""


def toward_wrong(x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The logits of hard labels with the sign that grows with the loss: -x for label 1."""
    return torch.rsub(labels, 1, alpha=2).mul_(x)


def softplus_sum(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor | None) -> torch.Tensor:
    """One softplus where labels are hard; else by torch's log-sigmoid: of |x| it is -ln(1 + e^-|x|)."""
    if b is None and are_hard(a, x):
        return softplus(toward_wrong(x, a))
    if concrete_or_none(x) is not None and a.shape == x.shape and (b is None or b.shape == x.shape):
        loss = softplus_sum_in_place(x, a, b)
        if not isnan(loss.sum().item()):
            return loss
    wrong = (x > 0).to(x.dtype) - a if b is None else torch.where(x > 0, b, -a)  # of x
    tail = torch.nn.functional.logsigmoid(x.abs())
    return torch.where(wrong == 0, 0, wrong * x) - (tail if b is None else tail * (a + b))


def softplus_sum_in_place(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor | None) -> torch.Tensor:
    """The sum in two new arrays, as in host memory these cost more than arithmetic; NaN where 0 * inf is."""
    step = torch.gt(x, 0, out=torch.empty_like(x))
    wrong = step.sub_(a) if b is None else torch.lerp(-a, b, step)  # a selection takes thrice as long
    tail = torch.nn.functional.softplus(x.abs(), -1.0)  # -ln(1 + e^-|x|)
    return wrong.mul_(x).sub_(tail if b is None else tail.mul_(a + b))


def softplus_sum_slope(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor | None) -> torch.Tensor:
    """The derivative in one new array."""
    slope = x.sigmoid()
    if a.shape != x.shape or (b is not None and b.shape != x.shape):
        return slope - a if b is None else (a + b) * slope - a
    return (slope if b is None else slope.mul_(a + b)).sub_(a)


def miss_probability(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor | None) -> torch.Tensor:
    """One sigmoid where labels are hard."""
    if b is None and are_hard(a, x):
        return toward_wrong(x, a).sigmoid_()
    p, not_p = x.sigmoid(), x.neg().sigmoid_()
    return torch.lerp(p, not_p, a) if b is None else p * b + not_p * a


def log_loss(p: torch.Tensor, a: torch.Tensor, b: torch.Tensor | None) -> torch.Tensor:
    """One logarithm where labels are hard: of u = |1 - a - p|, and what was rounded off."""
    if b is None and are_hard(a, p):
        rest = 1 - a
        u = rest - p
        rest.sub_(u).sub_(p)
        return u.abs_().log_().add_(rest).clamp_min_(-100).neg_()
    log_p, log_not_p = log_clamped(p), log1m_clamped(p)
    mixed = torch.lerp(log_not_p, log_p, a) if b is None else log_p * a + log_not_p * b
    return mixed.neg_()


def log_loss_slope(p: torch.Tensor, a: torch.Tensor, b: torch.Tensor | None) -> torch.Tensor:
    """One quotient where nothing is seen to vanish; else two, b / (1 - p) - a / p, of which that is 0 that does."""
    not_p = 1 - p
    if concrete_or_none(p) is not None and p.numel():
        spread = not_p * p
        if spread.min().item() > E_MINUS_100:
            return (p - a if b is None else b * p - a * not_p).div_(spread)
    below = torch.nn.functional.threshold(p, E_MINUS_100, inf)
    above = (1 - a if b is None else b) / torch.nn.functional.threshold(not_p, E_MINUS_100, inf)
    return torch.addcdiv(above, a, below, value=-1)


BINARY: dict[str, Callable[..., Any]] = {
    "log1m_clamped": log1m_clamped,
    "log_clamped": log_clamped,
    "log_loss": log_loss,
    "log_loss_slope": log_loss_slope,
    "miss_probability": miss_probability,
    "softplus": softplus,
    "softplus_sum": softplus_sum,
    "softplus_sum_slope": softplus_sum_slope,
}
