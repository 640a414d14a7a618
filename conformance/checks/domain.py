"""Pointwise losses over their whole domain, from the smallest to the largest number of each precision."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from math import inf
from typing import Any

import numpy as np

from array_losses.families.function import family_of
from array_losses.families.roles import Real
from array_losses.intervals import Numbers

from ..backends import Backend
from ..case import Case
from ..check import Check, Finding, Subject, brief, drawn
from ..measure import Scale, limits, ulps
from .values import compare, rounded

EVERYTHING = (-inf, inf)
COUNT = 300
"""Elements of a sweep, for each array."""
DRIFT = 1 / 8
"""Of what each element may be off."""


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """The options of the samples that are plain data, each once; where it must be brief the defaults."""
    seen: set[Any] = set()
    for sample in drawn(case):
        plain = {key: value for key, value in sample.options.items() if not isinstance(value, np.ndarray)}
        key = tuple(sorted(plain.items(), key=repr))
        if key in seen or (seen and brief(backend, count)) or not numbers(case.loss, plain):
            continue
        seen.add(key)
        name = ", ".join(f"{option} {value}" for option, value in plain.items())
        dtypes = backend.dtypes[:1] if brief(backend, count) else backend.dtypes
        yield Subject(f"domain, {name or 'defaults'}", (plain, dtypes))


def numbers(loss: Any, options: dict[str, Any]) -> list[Real]:
    """The roles of the numbers that an elementwise loss takes; all its arrays have the letters of the losses."""
    family = family_of(loss)
    layout = family.layout({**family.signature.defaults, **options})
    alike = all(role.letters == layout.returns for role in layout.roles.values())
    return [role for role in layout.roles.values() if isinstance(role, Real)] if alike else []


def run(case: Case, backend: Backend, content: tuple[dict[str, Any], tuple[str, ...]]) -> Iterator[Finding]:
    options, dtypes = content
    for dtype in dtypes:
        arrays = sweep(case.loss, dtype, tuple(options.items()))
        wanted = expected(case, dtype, backend.flushes_subnormals, tuple(options.items()))
        found = backend.call(partial(case.loss, reduction="none"), backend.move(arrays, dtype), options)
        yield compare(case, backend, wanted, "none", dtype, found)
        off = drift(backend.numpy(found), wanted.loss, dtype, case.scale(wanted, "none"))
        yield Finding(f"{dtype}, drift", abs(off), DRIFT * case.allowance.ulps)


def drift(found: np.ndarray, wanted: np.ndarray, dtype: str, scale: Scale) -> float:
    """The mean of the errors with their signs: that of right roundings is near 0."""
    normal = np.isfinite(wanted) & (np.abs(wanted) > limits(dtype).smallest_normal)
    sizes = np.broadcast_to(scale, wanted.shape)[normal]
    errors = np.sign(found[normal] - wanted[normal]) * ulps(found[normal], wanted[normal], dtype, sizes)
    return float(np.mean(errors)) if errors.size else 0.0


@cache
def expected(case: Case, dtype: str, flushed: bool, options: tuple[Any, ...]) -> Any:
    """The reference over the domain, worked out once."""
    return case.reference(*rounded(sweep(case.loss, dtype, options), dtype, flushed), **dict(options))


def sweep(loss: Any, dtype: str, options: tuple[tuple[str, Any], ...]) -> tuple[np.ndarray, ...]:
    """Values of every array from its declared domain; each array in turn takes its extremes, beside usual values."""
    rng = np.random.default_rng(0)
    domains = [role.domain for role in numbers(loss, dict(options))]
    columns = [
        [(extremes if taking == place else usual)(rng, dtype, domain) for taking in range(len(domains))]
        for place, domain in enumerate(domains)
    ]
    return tuple(np.concatenate(column).astype(dtype).astype(np.float64) for column in columns)


def extremes(rng: np.random.Generator, dtype: str, domain: Any) -> np.ndarray:
    """Numbers of all sizes, both ends among them."""
    low, high = ends(domain)
    if isinstance(domain, Numbers):
        return np.resize(domain.numbers, COUNT)
    least = np.log10(limits(dtype).smallest_normal) + 0.1
    if inf not in (-low, high):
        near_one = 1 - 10.0 ** rng.uniform(np.log10(limits(dtype).eps), 0, COUNT // 2)
        shares = np.concatenate([[0.0, 1.0], 10.0 ** rng.uniform(least, 0, COUNT // 2 - 2), near_one])
        return low + (high - low) * shares
    sizes = 10.0 ** rng.uniform(least, np.log10(limits(dtype).max) - 0.1, COUNT - 3)
    special = [0.0, limits(dtype).max / 2, -limits(dtype).max / 2]
    return inside(np.concatenate([special, sizes * rng.choice([-1, 1], COUNT - 3)]), low, high)


def usual(rng: np.random.Generator, dtype: str, domain: Any) -> np.ndarray:
    """What one meets every day; where both ends are finite, many are one of them."""
    low, high = ends(domain)
    if isinstance(domain, Numbers):
        return rng.choice(domain.numbers, COUNT)
    if inf not in (-low, high):
        shares = np.where(rng.random(COUNT) < 0.5, rng.uniform(0, 1, COUNT), np.resize([0.0, 1.0], COUNT))
        return low + (high - low) * shares
    return inside(rng.uniform(-1, 1, COUNT) * np.resize([1.0, 30.0, 1000.0], COUNT), low, high)


def ends(domain: Any) -> tuple[float, float]:
    """The least and the largest number of a domain; None is every number."""
    return EVERYTHING if domain is None else (domain.low, domain.high)


def inside(x: np.ndarray, low: float, high: float) -> np.ndarray:
    """Numbers of both signs, those beyond the one end that is finite reflected by it."""
    return np.maximum(low, low + np.abs(x - low)) if low > -inf else high - np.abs(high - x) if high < inf else x


CHECK = Check(
    "domain",
    "Equal to the reference over the whole domain of a pointwise loss.",
    run,
    subjects,
    pairwise=8.0,
    core=True,
)
