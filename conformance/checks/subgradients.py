"""At kinks every backend gives the subgradient that the docstring states."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from ..backends import Backend
from ..case import Case, Kink
from ..check import Check, Finding, Subject, brief
from ..measure import ulps, worst


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """Every kink; where it must be brief in one precision."""
    dtypes = backend.dtypes[:1] if brief(backend, count) else backend.dtypes
    return (Subject(kink.label, (kink, dtypes)) for kink in case.kinks)


def run(case: Case, backend: Backend, content: tuple[Kink, tuple[str, ...]]) -> Iterator[Finding]:
    kink, dtypes = content
    for dtype in dtypes:
        arrays, options = backend.move(kink.arrays, dtype), backend.move(kink.options, dtype)
        _, (found,) = backend.gradients(partial(case.loss, reduction="sum"), arrays, options, (0,))
        size = float(np.max(np.abs(kink.gradient)))
        error = worst(ulps(backend.numpy(found), kink.gradient, dtype, size))
        yield Finding(f"{dtype}, subgradient", error, 1.0)


CHECK = Check("subgradients", "The subgradient that the docstring states.", run, subjects, core=True)
