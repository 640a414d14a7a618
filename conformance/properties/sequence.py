"""Promises of the losses of sequences, given as log_probs (T, N, C), targets (N, S) and the lengths of both."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, coarse, equal, promise, same


@promise("samples may be permuted")
def permuted(good: ValidCall) -> Iterator[Claim]:
    x, *others = good.arrays
    turned = dict(zip(good.positional, (x[:, ::-1].copy(), *(each[::-1].copy() for each in others)), strict=False))
    yield Claim((good, good.having(**turned)), lambda a, b: (b, a[::-1]))


@promise("classes may be renamed, the blank too")
def renamed(good: ValidCall) -> Iterator[Claim]:
    x, y = good["log_probs"], good["targets"]
    last = x.shape[2] - 1
    yield from same(good, good.having(log_probs=x[..., ::-1].copy(), targets=last - y, blank=last))


@promise("more room changes nothing")
def roomier(good: ValidCall) -> Iterator[Claim]:
    """Frames and labels after the ends, and a class that nobody uses."""
    x, y = good["log_probs"], good["targets"]
    longer = np.concatenate([x, np.full((2, *x.shape[1:]), np.nan)])
    wider = np.concatenate([y, np.full((len(y), 3), -1)], axis=1)
    unused = np.concatenate([x, np.full((*x.shape[:2], 1), -np.inf)], axis=2)
    yield from same(good, good.having(log_probs=longer, targets=wider), good.having(log_probs=unused))


@promise("time may be reversed")
def reversed_time(good: ValidCall) -> Iterator[Claim]:
    """Frames and labels both."""
    x, y, frames, labels = (each.copy() for each in good.arrays)
    for n in range(len(y)):
        x[: frames[n], n] = x[: frames[n], n][::-1]
        y[n, : labels[n]] = y[n, : labels[n]][::-1]
    yield from same(good, good.having(log_probs=x, targets=y))


@promise("logits of any height")
def shifted(good: ValidCall) -> Iterator[Claim]:
    logits = good.having(log_probs=coarse(good["log_probs"]), from_logits=True)
    yield from same(logits, logits.having(log_probs=logits["log_probs"] + 8.0))
    yield from same(good, good.having(from_logits=True))


@promise("a path of one frame a label is cross-entropy")
def cross_entropy(good: ValidCall) -> Iterator[Claim]:
    """Where labels fill all frames, there is one path."""
    x = good["log_probs"]
    y = 1 + np.stack([np.arange(len(x)) + n for n in range(x.shape[1])]) % (x.shape[2] - 1)
    full = np.full(len(y), len(x))
    one = good.having(log_probs=x, targets=y, input_lengths=full, target_lengths=full, from_logits=True)
    summed = good.of("cross_entropy")
    summed.positional, summed.arrays = ["input", "target"], (np.moveaxis(x, 2, 1), y.T)
    yield Claim((one, summed), lambda ctc, ce: equal(ce.sum(axis=0), ctc))
