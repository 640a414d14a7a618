"""torch's forms of numerics of regression where torch takes no derivative: they write to what they made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ...constants import LARGE_ERROR


def half_square(x: torch.Tensor) -> torch.Tensor:
    return torch.div(x, 2).mul_(x)


def pinball(e: torch.Tensor, above: Any, below: Any) -> torch.Tensor:
    """The product with the larger weight, after that with their ratio on the other side, which cannot overflow."""
    if not isinstance(above, int | float) or not isinstance(below, int | float):
        return torch.add(above * e.relu(), below * e.neg().relu_())
    e, larger, ratio = (e, above, below / above) if above >= below else (-e, below, above / below)
    found: torch.Tensor = torch.nn.functional.leaky_relu(e, -ratio)
    return found.mul_(larger)


def log_cosh(x: torch.Tensor) -> torch.Tensor:
    """ln(1 + e^2 / (2 + 2e)) with e = e^|x| - 1, and what |x| is beyond `LARGE_ERROR`."""
    a = x.abs()
    e = a.clamp(max=LARGE_ERROR)
    beyond = a.sub_(e)
    twice = e.expm1_().add(1).mul_(2)
    return e.square_().div_(twice).log1p_().add_(beyond)


def geman_mcclure(x: torch.Tensor) -> torch.Tensor:
    """Without a selection, which only the derivative needs."""
    square = (x * x).clamp_(max=torch.finfo(x.dtype).max / 4)
    return (2 * square).div_(square.add_(4))


def gaussian_nll(d: torch.Tensor, variance: torch.Tensor, eps: Any) -> torch.Tensor:
    v: torch.Tensor = torch.clamp(variance, min=eps)
    half_square = torch.div(d, v).mul_(d / 2)
    return half_square.add_(v.log_().div_(2))


REGRESSION: dict[str, Callable[..., Any]] = {
    "gaussian_nll": gaussian_nll,
    "geman_mcclure": geman_mcclure,
    "half_square": half_square,
    "log_cosh": log_cosh,
    "pinball": pinball,
}
