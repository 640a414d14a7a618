"""The likelihood of alignments as operators that a compiler calls: it would write out each of the many short steps.

A compiler may hand them arrays in another order of memory than it said: what they return lies in one order always.
"""

from __future__ import annotations

import torch

from . import alignment

Tensor = torch.Tensor


@torch.library.custom_op("array_losses::alignment_log_likelihood", mutates_args=())
def alignment_log_likelihood(frames: Tensor, y: Tensor, there: Tensor, lengths: Tensor, blank: int) -> Tensor:
    return alignment.alignment_log_likelihood(frames, y, there, lengths, blank)


@alignment_log_likelihood.register_fake
def _(frames: Tensor, y: Tensor, there: Tensor, lengths: Tensor, blank: int) -> Tensor:  # noqa: ARG001
    return frames.new_empty(frames.shape[1])


@torch.library.custom_op("array_losses::class_posteriors", mutates_args=())
def class_posteriors(frames: Tensor, y: Tensor, there: Tensor, lengths: Tensor, blank: int) -> Tensor:
    return alignment.class_posteriors(frames, y, there, lengths, blank).contiguous()


@class_posteriors.register_fake
def _(frames: Tensor, y: Tensor, there: Tensor, lengths: Tensor, blank: int) -> Tensor:  # noqa: ARG001
    return torch.empty_like(frames, memory_format=torch.contiguous_format)
