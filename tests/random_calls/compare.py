"""A library's result and gradients against the oracle's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import array_losses as al

from .call import RandomCall
from .draws.numbers import numpy_dtype
from .libraries import Differs, Library
from .oracle import derivative, losses
from .oracle.domain import slack
from .oracle.reduction import ShapeMismatch, Unreduced
from .oracle.value import is_floating, widened

PROBABILITIES = {
    "binary_cross_entropy": ("input", "target"),
    "binary_cross_entropy_with_logits": ("target",),
    "sigmoid_focal_loss": ("target",),
    "cross_entropy": ("target",),
    "focal_loss": ("target",),
    "label_smoothing_loss": ("target",),
    "dice_loss": ("input", "target"),
}


@dataclass
class Expected:
    """What the oracle says of a call."""

    value: np.ndarray
    parts: list[Unreduced]
    tolerance: dict[str, float]
    divisor_may_be_zero: bool

    @property
    def is_bad(self) -> bool:
        return any(part.is_bad for part in self.parts)


def expected(call: RandomCall, library: Library) -> Expected:
    """The oracle's value, of the arrays as they are rounded in the call."""
    lists = {name for name in call.arrays if library.form(call, name) == "list"}
    tolerance = {n: 1e-6 if n in lists else slack(each.dtype) for n, each in call.arrays.items()}
    value, parts = of_terms(call, widened(call.arrays), tolerance)
    given = call.arrays.get("normalizer", call.options.get("normalizer"))
    return Expected(value, parts, tolerance, given is not None and not isinstance(given, str) and float(given) == 0)


def of_terms(call: RandomCall, arrays: Any, tolerance: dict[str, float]) -> tuple[np.ndarray, list[Unreduced]]:
    total, parts = np.float64(0.0), []
    for factor, name, options in call.terms:
        value, found = losses(name, arrays, {**options, "reduction": call.plain_reduction}, tolerance)
        total, parts = total + factor * value, [*parts, found]
    return np.asarray(total), parts


def compare(call: RandomCall, library: Library) -> str:
    """Raise `Differs` where the library differs; else say what was compared."""
    call = library.fit(call)
    try:
        truth = expected(call, library)
    except ShapeMismatch:
        return compare_shape(call, library)
    if truth.is_bad:
        return compare_bad(call, library, truth)
    found = library.value(call)
    check_value(call, library, truth, found)
    if not call.wanted or not is_floating(call.dtype):
        return "value"
    factors = np.random.default_rng(call.seed).normal(size=truth.value.shape)
    value, gradients = library.gradients(call, factors)
    if call.plain_reduction != "none":
        check_value(call, library, truth, value)
    for name, gradient in gradients.items():
        check_gradient(call, library, truth, name, gradient, factors)
    return "gradients"


def compare_shape(call: RandomCall, library: Library) -> str:
    """Weights of a wrong shape are an error."""
    try:
        library.value(call)
    except (al.ShapeError, al.DomainError):  # whichever is seen first
        return "shape refused"
    raise Differs(f"`sample_weight` of shape {call.arrays['sample_weight'].shape} is no error")


def compare_bad(call: RandomCall, library: Library, truth: Expected) -> str:
    """A bad value is an error where values are looked at, elsewhere NaN."""
    try:
        found = library.numpy(library.value(call))
    except al.DomainError:
        return "bad value refused"
    if library.backend.validates_values:
        raise Differs(f"a bad value gave {found}, not a DomainError")
    if truth.divisor_may_be_zero or not np.any(np.isnan(truth.value)):  # nothing is kept, or divided
        return "bad value over nothing"
    check_value(call, library, truth, library.value(call))
    if not call.wanted:
        return "bad value is NaN"
    try:
        _, gradients = library.gradients(call, np.ones(truth.value.shape))
    except al.DomainError:
        return "bad value refused"
    if call.first in gradients and not np.any(np.isnan(library.numpy(gradients[call.first]))):
        raise Differs("a bad value shows in the value, not in the gradient")
    return "bad value is NaN"


def compute_eps(call: RandomCall) -> float:
    return 2.0**-52 if call.dtype.name == "float64" else 2.0**-23


def magnitude(call: RandomCall) -> float:
    """The largest finite number of the call, at least 1: what cancels in float32."""
    numbers = [each.astype(np.float64) for each in call.arrays.values() if is_floating(each.dtype)]
    found = [float(np.max(np.abs(each[np.isfinite(each)]), initial=1.0)) for each in numbers]
    return max([1.0, *found])


def check_value(call: RandomCall, library: Library, truth: Expected, found: Any) -> None:
    dtype = library.backend.dtype(found)
    wide = "float64" if call.dtype.name == "float64" else "float32"
    if dtype != wide:
        raise Differs(f"the result has dtype {dtype}, not {wide}")
    actual, right = library.numpy(found), truth.value
    if actual.shape != right.shape:
        raise Differs(f"the result has shape {actual.shape}, not {right.shape}")
    eps = compute_eps(call)
    with np.errstate(all="ignore"):
        right = right if wide == "float64" else right.astype(np.float32).astype(np.float64)
        close = np.abs(actual - right) <= 256 * eps * (np.abs(right) + spread(call, truth))
    same = close | (actual == right) | (np.isnan(actual) & np.isnan(right))
    if not same.all():
        raise Differs(f"value {actual.tolist()}, oracle {right.tolist()}")


def spread(call: RandomCall, truth: Expected) -> float:
    """How large the terms are of which the result is made."""
    if truth.parts[0].loss.size == 0:
        return 1.0
    heaviest = max(float(np.max(part.weight(), initial=0.0)) for part in truth.parts)
    scale = max(1.0, heaviest) * magnitude(call)
    given = call.arrays.get("normalizer", call.options.get("normalizer", 1.0))
    small = float(given) if not isinstance(given, str) and float(given) else 1.0
    return scale / min(1.0, small)


def check_gradient(
    call: RandomCall, library: Library, truth: Expected, name: str, gradient: Any, factors: np.ndarray
) -> None:
    """Along a dense direction and along one element, where it is smooth; finite and 0 where that is known."""
    x = widened(call.arrays)[name]
    dtype = library.backend.dtype(gradient)
    if dtype != call.arrays[name].dtype.name:
        raise Differs(f"the gradient of {name} has dtype {dtype}, not {call.arrays[name].dtype.name}")
    g = library.numpy(gradient)
    if g.shape != x.shape:
        raise Differs(f"the gradient of {name} has shape {g.shape}, not {x.shape}")
    if not np.all(np.isfinite(truth.value)):
        return
    tame = all(np.all(np.isfinite(each)) for n, each in widened(call.arrays).items() if n in ("input", "linear_bias"))
    if dtype == "float16" and np.any(np.isinf(g)):  # it overflows
        return
    if (name == call.first or tame) and not np.all(np.isfinite(g)):
        raise Differs(f"the gradient of {name} is not finite: {g.tolist()}")
    if np.any(g[~np.isfinite(x)] != 0):
        raise Differs(f"the gradient of {name} is not 0 at an infinity or NaN: {g.tolist()}")
    for direction in directions(call, name, x):
        check_direction(call, truth, name, x, g, direction, factors)


def directions(call: RandomCall, name: str, x: np.ndarray) -> list[np.ndarray]:
    """A dense one, and one element; 0 where x is not finite or at the edge of its domain."""
    rng = np.random.default_rng(call.seed + 1)
    free = np.isfinite(x)
    if name in PROBABILITIES.get(call.loss, ()):
        free &= (x > 2e-3) & (x < 1 - 2e-3)
    dense = np.where(free, rng.choice([-1.0, 1.0], x.shape), 0.0)
    single = np.zeros(x.shape)
    if x.size:
        place = np.unravel_index(int(rng.integers(x.size)), x.shape)
        single[place] = dense[place]
    return [each for each in (dense, single) if np.any(each)]


def check_direction(
    call: RandomCall, truth: Expected, name: str, x: np.ndarray, g: np.ndarray, v: np.ndarray, factors: np.ndarray
) -> None:
    arrays = widened(call.arrays)

    def number(moved: np.ndarray) -> float:
        value, _ = of_terms(call, {**arrays, name: moved}, truth.tolerance)
        return float(np.sum(value * factors)) if call.plain_reduction == "none" else float(value)

    right = derivative(number, x, v)
    if right is None:
        return
    terms = np.abs(np.where(v == 0, 0.0, g * v))
    total = float(np.sum(np.where(v == 0, 0.0, g * v)))
    eps = max(compute_eps(call) * 512, 2e-6)
    own = numpy_dtype(call.arrays[name].dtype.name)
    half = {"float16": 2.0**-10, "bfloat16": 2.0**-7}.get(own.name, 0.0)
    allowed = eps * (np.sum(terms) + spread(call, truth)) + half * np.sum(terms) + (6e-8 * x.size if half else 0.0)
    if not abs(total - right) <= allowed:
        raise Differs(f"derivative by {name} along {v.tolist()}: {total!r}, oracle {right!r}; gradient {g.tolist()}")
