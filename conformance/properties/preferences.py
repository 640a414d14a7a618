"""Promises of the losses of a chosen and a rejected answer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, coarse, promise, same


def soft_margin(good: ValidCall, h: np.ndarray) -> ValidCall:
    """The logistic loss of a margin."""
    other = good.of("soft_margin_loss")
    other.positional, other.arrays = ["input", "target"], (h, np.ones_like(h))
    return other


@promise("chosen and rejected trade places")
def traded(good: ValidCall) -> Iterator[Claim]:
    """That is what smoothing by 1 does."""
    chosen, rejected, *reference = good.arrays
    other = good.having(chosen=rejected, rejected=chosen, ref_chosen=reference[1], ref_rejected=reference[0])
    yield from same(good, other.having(label_smoothing=1.0))


@promise("logistic loss of the difference of the log-ratios")
def log_ratios(good: ValidCall) -> Iterator[Claim]:
    chosen, rejected, ref_chosen, ref_rejected = map(coarse, good.arrays)
    call = good.having(chosen=chosen, rejected=rejected, ref_chosen=ref_chosen, ref_rejected=ref_rejected)
    h = (chosen - ref_chosen) - (rejected - ref_rejected)
    yield from same(soft_margin(good, h / 4), call.having(beta=0.25))


@promise("DPO without a reference model and a margin")
def no_reference(good: ValidCall) -> Iterator[Claim]:
    dpo, zero = good.of("dpo_loss"), np.zeros_like(good["chosen"])
    dpo.positional, dpo.arrays = ["chosen", "rejected", "ref_chosen", "ref_rejected"], (*good.arrays, zero, zero)
    yield from same(dpo.having(beta=0.25), good.having(beta=0.25, gamma=0.0))


@promise("logistic loss of the log-odds ratio")
def odds(good: ValidCall) -> Iterator[Claim]:
    log_odds = {name: good[name] - np.log(-np.expm1(good[name])) for name in ("chosen", "rejected")}
    yield from same(soft_margin(good, log_odds["chosen"] - log_odds["rejected"]), good.having(beta=1.0))


@promise("proportional to beta")
def proportional(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good.having(beta=0.5), good.having(beta=2.0)), lambda a, b: (b, 4 * a))
