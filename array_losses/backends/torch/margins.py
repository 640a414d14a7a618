"""torch's forms of the sums over pairs of classes: a label at a time, as all pairs at once take C times the memory."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from .plain import concrete_or_none

Tensor = torch.Tensor


def label_counts(ids: Tensor, like: Tensor) -> Tensor:
    """The counts by a scatter; what does not count goes to a column that is cut off."""
    classes = ids.shape[-1]
    counted = (ids >= 0).cumprod(-1, dtype=torch.int8).bool() & (ids < classes)
    counts = torch.zeros((*ids.shape[:-1], classes + 1), dtype=like.dtype, device=ids.device)
    return counts.scatter_add_(-1, torch.where(counted, ids, classes).long(), counted.to(like.dtype))[..., :-1]


def pair_violations(x: Tensor, counts: Tensor) -> Tensor:
    there, made, total = counts != 0, torch.empty_like(x), x.new_zeros(x.shape[:-1])
    absent = torch.where(there, torch.finfo(x.dtype).min, x)  # a label is no rival
    for j in labels(there):
        excess = torch.add(absent, 1 - x[..., j, None], out=made).relu_().sum(-1)
        total += torch.where(there[..., j], counts[..., j] * excess, 0)
    return torch.where(there.all(-1), 0, total)


def pair_slope(x: Tensor, counts: Tensor) -> Tensor:
    there, made, slope = counts != 0, torch.empty_like(x), torch.zeros_like(x)
    absent = there.logical_not().to(x.dtype)
    for j in labels(there):
        hit = torch.add(x, 1 - x[..., j, None], out=made).gt_(0).mul_(absent).mul_(counts[..., j, None])
        slope += hit
        slope[..., j] -= hit.sum(-1)
    return slope


def labels(there: Tensor) -> Sequence[int]:
    """The classes that are there in any sample; all where that cannot be seen."""
    if concrete_or_none(there) is None:
        return range(there.shape[-1])
    found: list[int] = there[None].flatten(end_dim=-2).any(0).nonzero().flatten().tolist()
    return found
