"""The likelihood of alignments by torch's own CTC, in float64: many short steps, which Python would take one by one.

Its derivative takes for granted that the probabilities of a frame add up to 1: what it adds for that is taken off.
"""

from __future__ import annotations

from math import inf

import torch

from ...constants import IMPOSSIBLE

Tensor = torch.Tensor


def alignment_log_likelihood(frames: Tensor, y: Tensor, there: Tensor, lengths: Tensor, blank: int) -> Tensor:
    if 0 in frames.shape:
        return torch.where(lengths == 0, 0.0, -inf).to(frames.dtype)
    return -own_loss(frames.double(), y, there, lengths, blank).to(frames.dtype)


def class_posteriors(frames: Tensor, y: Tensor, there: Tensor, lengths: Tensor, blank: int) -> Tensor:
    """The probabilities of the frames less the derivative; those of impossible sequences are any."""
    if 0 in frames.shape:
        return torch.zeros_like(frames)
    with torch.enable_grad():
        x = (frames - frames.amax(2, keepdim=True)).double().clamp(min=IMPOSSIBLE).requires_grad_()
        (slope,) = torch.autograd.grad(own_loss(x, y, there, lengths, blank).sum(), x)
    return torch.where(there[..., None], x.detach().exp() - slope, 0.0).to(frames.dtype)


def own_loss(x: Tensor, y: Tensor, there: Tensor, lengths: Tensor, blank: int) -> Tensor:
    return torch.nn.functional.ctc_loss(x, y, there.sum(0), lengths, blank, reduction="none")
