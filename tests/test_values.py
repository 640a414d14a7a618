"""Every case on every library: the reference's value, the library's own arrays, dtype and device."""

from functools import cache

import jax
import numpy as np
import pytest

from conformance.case import cases, reduce

from .libraries import DEVICE, JAX, LIBRARIES, STRICT, cast, move

CASES = {case.name: case for case in cases()}
ULPS = 64
"""Units in the last place that a result may be off; `Case.cancels` allows more near 0."""
SEED = 7


def rounded(value, dtype, flushed):
    """The sample as it is in a precision, in 64 bits for the reference; subnormal numbers may be flushed to 0."""
    if isinstance(value, dict):
        return {key: rounded(each, dtype, flushed) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(rounded(each, dtype, flushed) for each in value)
    value = cast(value, dtype)
    if flushed and isinstance(value, np.ndarray) and value.dtype.kind == "f":
        value = np.where(np.abs(value) < np.finfo(dtype).smallest_normal, 0, value)
    return cast(value, "float64")


@cache
def expectations(name, dtype, flushed):
    """The samples of a case and what they must give in a precision."""
    case = CASES[name]
    samples = list(case.samples(np.random.default_rng(SEED)))
    return [
        (each, case.reference(*rounded(each.arrays, dtype, flushed), **rounded(each.options, dtype, flushed)))
        for each in samples
    ]


def results(loss, arrays, options, library, dtype, place):
    """The loss in each reduction.

    To compile each operation takes JAX longest: only its first sample is evaluated eagerly, and not in all reductions.
    """
    reductions = ("none", "mean", "sum")
    if library is JAX:
        reductions = ("mean",) if dtype == "float32" else ("none", "mean")

    def every(arrays, given):
        return {each: loss(*arrays, **given, reduction=each) for each in reductions}

    if library is not JAX or place < 1:
        return every(arrays, options)
    traced = {key: each for key, each in options.items() if isinstance(each, jax.Array)}
    fixed = {key: each for key, each in options.items() if key not in traced}
    return jax.jit(lambda arrays, traced: every(arrays, {**fixed, **traced}))(arrays, traced)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("library", LIBRARIES, ids=lambda each: each.name)
@pytest.mark.parametrize("name", sorted(CASES))
def test_values(name, library, dtype):
    case, epsilon = CASES[name], float(np.finfo(dtype).eps)
    for place, (sample, expected) in enumerate(expectations(name, dtype, library.flushes)):
        if library is JAX and dtype == "float32" and sample.smooth and place % 3:
            continue  # compiling is slow: in float32 every extreme, and every third smooth sample
        arrays, options = move(library, sample.arrays, dtype), move(library, sample.options, dtype)
        for reduction, found in results(case.loss, arrays, options, library, dtype, place).items():
            wanted = np.asarray(reduce(expected, reduction, None))
            label = f"{name}, {sample.label}, {reduction}"
            assert isinstance(found, library.types), label
            assert str(found.dtype).endswith(dtype), label
            assert tuple(found.shape) == wanted.shape, label
            if library is STRICT:
                assert found.device == DEVICE, label
            near_zero = (1 + case.cancels) * epsilon * (expected.loss.size if reduction == "sum" else 1)
            np.testing.assert_allclose(library.numpy(found), wanted, rtol=ULPS * epsilon, atol=near_zero, err_msg=label)


@pytest.mark.parametrize("name", sorted(CASES))
def test_sums_of_parts_are_the_loss_of_the_whole(name):
    """The two halves of a batch, merged, are one batch; so are three, finished as sum."""
    case = CASES[name]
    sample = next(iter(case.samples(np.random.default_rng(SEED))))
    arrays = [
        np.concatenate([each, each]) if name != "multibox_loss" or i != 2 else each
        for i, each in enumerate(sample.arrays)
    ]
    halves = sample.arrays
    one, other = (
        case.loss(*halves, **sample.options, reduction="sums"),
        case.loss(*halves, **sample.options, reduction="sums"),
    )
    np.testing.assert_allclose((one + other).loss(), case.loss(*arrays, **sample.options), rtol=1e-14)
    np.testing.assert_allclose(
        sum([one, other]).loss("sum"), case.loss(*arrays, **sample.options, reduction="sum"), rtol=1e-14
    )
