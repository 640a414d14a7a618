"""The likelihood of alignments by torch's own CTC, in float64: many short steps, which Python would take one by one.

Its derivative takes for granted that the probabilities of a frame add up to 1: what it adds for that is taken off.
"""

from __future__ import annotations

from math import inf

import torch

from ...constants import IMPOSSIBLE
from .private import ctc_gradient

Tensor = torch.Tensor


def alignment_log_likelihood(frames: Tensor, y: Tensor, there: Tensor, lengths: Tensor, blank: int) -> Tensor:
    if 0 in frames.shape:
        return torch.where(lengths == 0, 0.0, -inf).to(frames.dtype)
    loss = torch.nn.functional.ctc_loss(frames.double(), y, there.sum(0), lengths, blank, reduction="none")
    return -loss.to(frames.dtype)


def class_posteriors(frames: Tensor, y: Tensor, there: Tensor, lengths: Tensor, blank: int) -> Tensor:
    """The probabilities of the frames less the derivative; those of impossible sequences are any."""
    if 0 in frames.shape:
        return torch.zeros_like(frames)
    x = (frames - frames.amax(2, keepdim=True)).double().clamp_(min=IMPOSSIBLE)
    slope = ctc_gradient(x, y, there.sum(0), lengths, blank)
    return torch.where(there[..., None], x.exp_().sub_(slope).to(frames.dtype), 0.0)
