"""Native functions that stand in for portable ones: each must pay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from array_losses.domains import UNIT

from .bandwidth import copy_seconds
from .comparison import Row, timed
from .libraries import BOTH, FORWARD, LIBRARIES

SHAPES = {"eager": (1000, 100), "jit": (10_000, 100)}
"""About a block of the evaluation; a function that is compiled as a whole has none."""
OPTIONS = {
    "log_softmax": (1,),
    "softmax": (1,),
    "clip": (-1.0, 1.0),
    "snap": (0.0, 1.0),
    "first_argmax": (0,),
    "power": (1.5,),
    "barron_of_number": (0.5,),
    "largest_magnitude": (1,),
    "vector_norm": (2.0, 1),
    "all_inside": (UNIT,),
    "at_least": (0.25,),
    "pinball": (0.3, 0.7),
}
FRAMES = (80, 16, 64)
OF_FRAMES = ("alignment_log_likelihood", "class_posteriors")
OF_PROBABILITIES = {
    "log1m_clamped",
    "log1p",
    "log_clamped",
    "log_loss",
    "log_loss_slope",
    "log1p_distance",
    "squared_log1p_distance",
    "power",
}
WITHOUT_DERIVATIVE = {"all_inside", "kth_smallest", "first_argmax", "largest_magnitude", "unsorted"}
MEANING = {
    "exp_",
    "fold",
    "sub_at_",
    "sub_",
    "linear",
    "take_class_weight",
    "scatter_class",
    "stop_gradient",
    "mul_",
    "without_first",
}
"""Native for what they mean (also on a mesh) or for the memory they spare, not for speed."""


def lines(libraries: Sequence[str], device: str, budget: float) -> Iterator[Row]:
    """A row for each native function of each library, forward and with the gradient."""
    for library in libraries:
        mode = "jit" if library == "jax" else "eager"  # JAX compiles each call
        for name in names(library, device):
            for what in whats(library, name, device):
                yield line(library, mode, name, what, device, budget)


def whats(library: str, name: str, device: str) -> tuple[str, ...]:
    """What is timed: a function that is portable but for its derivative with that alone."""
    backend = adapter(library, device)
    if name not in {*backend.native, *backend.no_grad_overrides}:
        return (BOTH,)
    alone = library in ("numpy", "cupy") or name in values_only(library, device)
    return (FORWARD,) if alone else (FORWARD, BOTH)


def adapter(library: str, device: str) -> Any:
    from array_losses.backends import backend_of

    return backend_of(LIBRARIES[library](device).array(np.ones(1, np.float32)))


def names(library: str, device: str) -> list[str]:
    backend = adapter(library, device)
    return sorted({*backend.native, *backend.no_grad_overrides, *backend.own_derivatives} - MEANING)


def values_only(library: str, device: str) -> set[str]:
    return {*WITHOUT_DERIVATIVE, *adapter(library, device).no_grad_overrides}


def line(library: str, mode: str, name: str, what: str, device: str, budget: float) -> Row:
    """One native function against its portable form."""
    home, rng = LIBRARIES[library](device, mode), np.random.default_rng(0)
    shape = FRAMES if name in OF_FRAMES else SHAPES[mode]
    p = rng.random(shape, dtype=np.float32)
    x = home.array(p if name in OF_PROBABILITIES else 3 * rng.standard_normal(shape, dtype=np.float32))
    of_row = home.array(rng.integers(0, shape[1], shape[0]))
    x = home.array(rng.integers(-1, shape[1], shape)) if name == "label_counts" else x
    given = {
        "kth_smallest": (of_row // 20,),
        "masked_fill": (home.array(rng.random((shape[0], 1)) < 0.9),),
        "nan_outside": ((home.array(p),), (UNIT,)),
        "fill": (home.array(p > 0.3), 0.5),
        "weighed": (home.array(p),),
        "select": (home.array(p > 0.3),),
        **dict.fromkeys(OF_FRAMES, (*map(home.array, aligned(rng)), 0) if name in OF_FRAMES else ()),
        "focal_weighted": (home.array(p), 1.5),
        "gaussian_nll": (home.array(p), 1e-6),
        "unsorted": (home.array(p.argsort(axis=1)),),
        **dict.fromkeys(
            ("label_counts", "log1p_distance", "squared_log1p_distance", "relative_entropy"), (home.array(p),)
        ),
        **dict.fromkeys(("jensen_shannon", "mixture_shares"), (home.array(np.log(p)), 0.3)),
        **dict.fromkeys(("pair_slope", "pair_violations"), (home.array(rng.integers(-20, 2, shape).clip(0)),)),
        "cosine_similarity": (home.array(p), 1e-8, 1),
        **dict.fromkeys(
            ("log_loss", "log_loss_slope", "miss_probability", "softplus_sum", "softplus_sum_slope"),
            (home.array((p > 0.3).astype(np.float32)), None),
        ),
    }
    at = dict.fromkeys(("take_class", "log_softmax_at", "largest_other"), (of_row, 1)) | {
        "log_softmax_at_and_sum": (of_row, None, 1)
    }
    rest = {**OPTIONS, **given, **at}.get(name, ())
    backend = adapter(library, device)
    functions = (native_form(backend, name), portable_form(name))
    native, portable = (home.work(call(f, rest, what == BOTH or mode == "jit"), (x,), what, 1) for f in functions)
    moved = 8 * prod(shape)  # read and written
    row = Row(
        f"numerics.{name}",
        "",
        what,
        library,
        mode,
        "portable",
        "the portable function",
        prod(shape),
        [],
        bytes=moved,
        floor=copy_seconds(moved, device),
    )
    return timed(row, native, portable, budget)


def aligned(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Labels, the frames that are there, and the numbers of labels, for `FRAMES`."""
    frames, count, classes = FRAMES
    y = rng.integers(1, classes, (count, frames // 8))
    return y, np.ones((frames, count), dtype=bool), np.full(count, y.shape[1])


def native_form(backend: Any, name: str) -> Callable[..., Any]:
    """The function of this name that stands in for the portable one, with the derivative that it has there."""
    from array_losses import numerics

    if name in backend.own_derivatives:
        return backend.form(getattr(numerics, name).numeric)  # type: ignore[no-any-return]
    return {**backend.native, **backend.no_grad_overrides}[name]  # type: ignore[no-any-return]


def portable_form(name: str) -> Callable[..., Any]:
    """The portable function of this name."""
    from array_losses import numerics

    return getattr(numerics, name).portable  # type: ignore[no-any-return]


def call(f: Callable[..., Any], rest: tuple[Any, ...], summed: bool) -> Callable[[Any], Any]:
    """`f` of one array; summed where a gradient is taken, or what is compiled with it."""
    return (lambda x: total(f(x, *rest))) if summed else (lambda x: f(x, *rest))


def total(found: Any) -> Any:
    return sum(each.sum() for each in found) if isinstance(found, tuple) else found.sum()


def pays(row: dict[str, Any]) -> bool:
    return row["ratio"][1] < 1
