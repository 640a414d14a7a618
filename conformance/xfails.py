"""The known deviations, all of them: each with its reason and a link, each strict.

An entry excuses failures of one check of some losses on some backends; one that excuses nothing in a full run is an
error, so that the list cannot outlive its reasons.
"""

from __future__ import annotations

from fnmatch import fnmatch
from typing import NamedTuple

from .outcome import Outcome


class Deviation(NamedTuple):
    """Which failures are known; each field is a pattern as of file names."""

    loss: str
    check: str
    backend: str
    sample: str
    message: str
    reason: str
    link: str

    def excuses(self, *given: str) -> bool:
        """Whether it speaks of this loss, check, backend, sample and message, as far as they are given."""
        return all(fnmatch(text, pattern) for text, pattern in zip(given, self, strict=False))


KNOWN: tuple[Deviation, ...] = (
    *(
        Deviation(
            loss,
            check,
            "mlx.core",
            "*",
            "*ULP*",
            "the error of MLX's e^x in float32 grows with |x|, to 62 ULP near 87; below -87.3 it is 0",
            "https://github.com/ml-explore/mlx/issues/1341",
        )
        for loss in ("binary_cross_entropy_with_logits", "sigmoid_focal_loss")
        for check in ("values*", "domain*")
    ),
    Deviation(
        "barlow_twins_loss",
        "second_order, pairwise",
        "jax:*",
        "extreme",
        "*ULP*",
        "JAX's second derivative of a quotient has the third power of the divisor, 1e150 here, whose inverse is 0",
        "https://github.com/jax-ml/jax/blob/main/jax/_src/lax/lax.py",
    ),
    Deviation(
        "lovasz_*",
        "*",
        "array_api_strict:strictest",
        "*",
        "*Device('no_x64') does not support dtype=array_api_strict.int64*",
        "its argsort gives 64-bit indices on a device that has none",
        "https://github.com/data-apis/array-api-strict/issues/70",
    ),
    Deviation(
        "lovasz_*",
        "*",
        "dask",
        "*",
        "*has no `take_along_axis` of the Array API standard*",
        "Dask has no gather, and sorts no array of several chunks",
        "https://github.com/dask/dask/issues/3663",
    ),
)


ADDED: tuple[Deviation, ...] = ()
"""Those of a run's `--xfails`."""


def reason(loss: str, check: str, backend: str, sample: str, message: str) -> str:
    """Why a failure is known; empty if it is not."""
    found = (each for each in (*KNOWN, *ADDED) if each.excuses(loss, check, backend, sample, message))
    return next((f"{each.reason} ({each.link})" if each.link else each.reason for each in found), "")


def unused(outcomes: list[Outcome]) -> list[str]:
    """The entries of this file that excused nothing in a full run that tried what they speak of."""
    return _idle(KNOWN, [(each.loss, each.check, each.backend) for each in outcomes], outcomes)


def unused_added(outcomes: list[Outcome]) -> list[str]:
    """The added entries that excused nothing in any run that tried a sample they speak of."""
    tried = [(each.loss, each.check, each.backend, sample) for each in outcomes for sample in each.errors]
    return _idle(ADDED, tried, outcomes)


def _idle(entries: tuple[Deviation, ...], tried: list[tuple[str, ...]], outcomes: list[Outcome]) -> list[str]:
    shown = [(o.loss, o.check, o.backend, each.sample, each.message) for o in outcomes for each in o.failures]
    return [
        ", ".join(entry[:5])
        for entry in entries
        if any(entry.excuses(*each) for each in tried) and not any(entry.excuses(*each) for each in shown)
    ]
