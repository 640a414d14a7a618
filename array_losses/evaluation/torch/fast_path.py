"""The fast path of torch: two small plain tensors, numbers as options, a loss whose derivative is written by hand.

The same formula as everywhere, without what other calls need: at a few elements that took longer than the loss.
"""

from __future__ import annotations

from functools import partial
from math import isfinite
from typing import Any

import torch

from ...backends.torch.plain import extremes
from ..plain_loss import PlainLoss
from ..sizes import SIZES
from .block_sum import Made, attach

Tensor = torch.Tensor
BLOCK = 1 << 17
"""Elements of a block for each of torch's threads: with what a formula makes of them they stay in a core's cache.

The threads are torch's own: Python's, with a block each, wait for each other at every operation.
"""


def evaluate_fast(
    family: PlainLoss, input: Tensor, target: Tensor, reduction: str, options: dict[str, Any]
) -> Tensor | None:
    """The loss; None where anything is unusual: the general path computes or explains it."""
    block = SIZES.get().block or BLOCK * torch.get_num_threads()
    if reduction not in ("mean", "sum") or not 0 < input.numel() < max(2, family.cost) * block:
        return None
    grad = torch.is_grad_enabled()
    if not (input.is_cpu and target.is_cpu) or (grad and target.requires_grad):
        return None
    with torch.no_grad():
        found = family.elements_fast(input.detach(), target.detach(), options, extremes)
        if found is None:
            return None
        loss, slope = found
        value = loss.mean() if reduction == "mean" else loss.sum()
        if not isfinite(value.item()):
            return None
        if not (grad and input.requires_grad):
            return value  # type: ignore[no-any-return]
        scale = 1 / loss.numel() if reduction == "mean" else 1.0
        gradient, plain = slope(), partial(family.call, reduction=reduction, **options)
    return attach(Made((value,), [gradient], (input, target), (0,), None, plain, unit=scale))  # type: ignore[no-any-return]
