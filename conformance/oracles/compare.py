"""Holds the reference of a loss against a peer, sample by sample."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from ..case import Case, Expected, Sample, reduce, reductions
from ..check import SEED, drawn
from ..measure import ulps, worst
from ..peer import NotCovered
from .base import Oracle
from .defects import listed

LIMIT = 8.0
"""How many ULP of float64 a peer may be off. The reference is exact, so all of the error is the peer's: of its few
roundings, and of an exponential or a logarithm. Another definition is off by millions."""


class Row(NamedTuple):
    """One comparison."""

    label: str
    reduction: str
    status: str
    """One of "equal", "defect" (listed), "differs" (and is not listed), "stale" (listed, and equal), "not covered"."""
    ulps: float = 0.0
    text: str = ""


def compare(case: Case, oracle: Oracle) -> Iterator[Row]:
    """Every sample in every reduction that the loss has."""
    more = tuple((each, case.expected(each)) for each in oracle.samples(case, np.random.default_rng(SEED)))
    for sample, expected in (*expectations(case), *more):
        for reduction in reductions(case.loss):
            yield _row(case, oracle, sample, expected, reduction)


@cache
def expectations(case: Case) -> tuple[tuple[Sample, Expected], ...]:
    """The samples of a case, with what they must give."""
    return tuple((each, case.expected(each)) for each in drawn(case))


def _row(case: Case, oracle: Oracle, sample: Sample, expected: Expected, reduction: str) -> Row:
    try:
        gives, off, text = _deviation(case, oracle, sample, expected, reduction)
    except NotCovered as reason:
        return Row(sample.label, reduction, "not covered", text=str(reason))
    entries = listed(case, oracle.name, sample.label, reduction)
    if not gives:
        what = "; ".join(each.what for each in entries)
        return Row(sample.label, reduction, "stale" if entries else "equal", off, what)
    if len(entries) == 1 and entries[0].gives == gives:
        return Row(sample.label, reduction, "defect", off, f"{entries[0].what}: {entries[0].why}")
    return Row(sample.label, reduction, "differs", off, f"{gives}: {text}")


def _deviation(
    case: Case, oracle: Oracle, sample: Sample, expected: Expected, reduction: str
) -> tuple[str, float, str]:
    """What the peer gives in place of the reference's value, "" for the same; how far off; and in words."""
    wanted = np.asarray(reduce(expected, reduction), dtype=np.float64)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the peer: its values count
            found = oracle.value(case, sample, reduction)
    except NotCovered:
        raise
    except Exception as error:
        return "error", np.inf, f"{type(error).__name__}: {error}"
    if found.shape != wanted.shape:
        return "shape", np.inf, f"has shape {found.shape}, not {wanted.shape}"
    scale = oracle.scale(case) * np.max(np.where(expected.kept, np.maximum(expected.weight, 1.0), 0.0), initial=0.0)
    scale = scale * (expected.loss.size if reduction == "sum" else 1)
    if case.allowance.scale is None:
        scale = np.maximum(scale, case.scale(expected, reduction))
    off = ulps(found, wanted, "float64", scale)
    if worst(off) <= LIMIT:
        return "", worst(off), ""
    bad = np.atleast_1d(found)[np.atleast_1d(off) > LIMIT]
    gives = "nan" if np.isnan(bad).all() else "inf" if np.isinf(bad).all() else "number"
    return gives, worst(off), f"{found.tolist()}, not {wanted.tolist()}"
