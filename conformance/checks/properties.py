"""The relations that a loss promises, between two calls of it or with another loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

import array_losses as al

from ..backends import Backend
from ..backends.base import cast
from ..case import Case, cases, reductions
from ..check import Check, Finding, Subject, brief, drawn
from ..measure import limits, ulps, worst
from ..properties import PROMISES, Claim
from ..valid_call import ValidCall


class Trial(NamedTuple):
    """One promise, in some precisions."""

    promise: str
    dtypes: tuple[str, ...]
    claims: int | None = None
    """How many of its claims are tried; None is all."""


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """All that is promised; where it must be brief the first claim of each, in one precision."""
    for name in sorted(case.promises):
        trial = Trial(name, backend.dtypes[:1], 1) if brief(backend, count) else Trial(name, backend.dtypes)
        yield Subject(name, trial)


def run(case: Case, backend: Backend, trial: Trial) -> Iterator[Finding]:
    sample = drawn(case)[0]
    for dtype in trial.dtypes:
        arrays = tuple(cast(cast(each, dtype), "float64") for each in sample.arrays)
        claims = PROMISES[trial.promise](ValidCall(case, replace(sample, arrays=arrays)))
        for i, claim in enumerate(islice(claims, trial.claims), 1):
            yield judged(case, backend, claim, dtype, f"{dtype}, {i}")


def judged(case: Case, backend: Backend, claim: Claim, dtype: str, what: str) -> Finding:
    """The finding of one claim; each of its calls may be as far off as the values of its loss may be."""
    found = claim.test(*(evaluated(case, backend, call, dtype) for call in claim.calls))
    if not isinstance(found, tuple):
        return Finding(what, message="" if np.all(found) else f"does not hold at {np.argwhere(~found)[0].tolist()}")
    known = {each.name: each for each in cases()} | {case.name: case}
    called = [known[call.name] for call in claim.calls]
    parts = max(each.largest_part(call) for each, call in zip(called, claim.calls, strict=True))
    slack = limits(dtype).smallest_normal if backend.flushes_subnormals else 0.0
    error = worst(ulps(*found, dtype, parts, slack))
    return Finding(what, error, sum(each.allowance.ulps for each in called))


def evaluated(case: Case, backend: Backend, call: ValidCall, dtype: str) -> np.ndarray:
    loss = case.loss if call.name == case.name else getattr(al, call.name)
    options: dict[str, Any] = {"reduction": reductions(loss)[0], **call.options}
    fixed = {name: each for name, each in options.items() if not isinstance(each, np.ndarray)}
    arrays = {name: backend.move(each, dtype) for name, each in options.items() if name not in fixed}
    found = backend.call(partial(loss, **fixed), backend.move(call.arrays, dtype), arrays)
    return np.asarray(backend.numpy(found), dtype=np.float64)


CHECK = Check("properties", "What a loss promises holds.", run, subjects)
