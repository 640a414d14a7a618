"""A backend's native function equals the portable one, value and derivative, at extremes too."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from array_losses.backends import backend_of, numpy_kernels
from array_losses.backends.torch.compiled import FORWARD, all_inside
from array_losses.domains import UNIT
from array_losses.families import linear_head
from array_losses.numerics import (
    along_axis,
    by_option,
    inplace,
    likelihood,
    logistic,
    lovasz,
    margins,
    masking,
    norms,
    pointwise,
    robust,
    selection,
)
from benchmarks.natives import OPTIONS

X = np.array(
    [[-np.inf, -800.0, -1.0, -1e-300, 0.0, 1e-300, 1.0, 800.0], [3.0, -2.0, 1.0, 0.5, 0.25, -0.125, 7.0, -9.0]]
)
PROBABILITIES = np.array([[0.0, 1e-300, 1e-44, 1e-40, 0.25, 0.5, 0.75, 1.0], np.linspace(0, 1, 8)])
FINITE = np.where(np.isfinite(X), X, -900.0)
HOMES = (
    pointwise,
    along_axis,
    logistic,
    likelihood,
    lovasz,
    margins,
    robust,
    inplace,
    masking,
    norms,
    selection,
    linear_head,
)
ARRAYS = {"numpy": np.asarray, "torch": torch.tensor, "jax": jnp.asarray}
BACKENDS = {library: backend_of(make(X)) for library, make in ARRAYS.items()}
ELSEWHERE = {
    "alignment_log_likelihood",
    "barron_of_number",
    "class_posteriors",
    "cosine_similarity",
    "fold",
    "focal_weighted",
    "gaussian_nll",
    "jensen_shannon",
    "label_counts",
    "largest_magnitude",
    "log_loss",
    "log_loss_slope",
    "log1p_distance",
    "squared_log1p_distance",
    "miss_probability",
    "scatter_class",
    "pair_slope",
    "pair_violations",
    "power",
    "relative_entropy",
    "select",
    "mixture_shares",
    "softplus_sum",
    "vector_norm",
    "weighed",
}
"""Of several arrays, or a part of such: tested with their derivatives, in `test_numerics.py`."""
NATIVE = [
    (library, name)
    for library, each in BACKENDS.items()
    for name in sorted({*each.native, *each.no_grad_overrides, *each.own_derivatives} - ELSEWHERE)
]


def options(name, make):
    if name == "sub_at_":
        return make(np.array([7, 2])), 1, make(np.array([0.5, 2.0]))
    if name == "kth_smallest":
        return (make(np.array([5, 2])),)
    if name in ("sub_", "mul_"):
        return (make(np.array([[2.5], [-0.5]])),)
    if name == "linear":
        return make(np.linspace(-1, 1, 24).reshape(3, 8)), make(np.array([0.5, -1.0, 2.0]))
    if name == "all_inside":
        return (UNIT,)
    if name == "nan_outside":
        return (make(np.array([[0.0], [1.0]])), make(PROBABILITIES)), (UNIT, UNIT)
    if name == "take_class_weight":
        return (make(np.array([[7, 2], [0, 0]])),)
    if name == "fill":
        return make(np.arange(16).reshape(2, 8) % 3 > 0), 0.25
    if name == "log_softmax_at_and_sum":
        return make(np.array([7, 2])), make(np.linspace(0.0, 1.4, 8)), 1
    if name == "masked_fill":
        return (make(np.array([[True], [True]])),)
    if name == "unsorted":
        return (make(np.array([[3, 1, 7, 0, 6, 2, 5, 4], [1, 0, 2, 4, 3, 7, 6, 5]])),)
    if name == "softplus_sum_slope":
        return make(PROBABILITIES), make(PROBABILITIES[::-1].copy())
    return (
        (make(np.array([7, 2])), 1)
        if name in ("take_class", "log_softmax_at", "largest_other")
        else OPTIONS.get(name, ())
    )


def single(found):
    """Of the two results of a pair one: a number for each row is beside all of its entries."""
    if not isinstance(found, tuple):
        return found
    a, b = found
    return a + 2 * (b if a.ndim == b.ndim else b[:, None])


@pytest.mark.parametrize(("library", "name"), NATIVE)
def test_native_equals_portable(library, name):
    make, function = ARRAYS[library], next(getattr(home, name) for home in HOMES if hasattr(home, name))
    everywhere = {
        "abs_",
        "kth_smallest",
        "clip",
        "masked_fill",
        "abs_from_right",
        "take_class",
        "relu",
        "sigmoid",
    }
    x = X if name in everywhere else FINITE
    x = x[0] if name == "take_class_weight" else x
    x = np.minimum(x, 50.0) if name == "exp_" else x
    x = np.maximum(x, -0.9) if name == "log1p" else x
    x = PROBABILITIES if name in ("log_clamped", "log1m_clamped") else x
    with torch.no_grad():
        native, portable = (
            np.asarray(single(f(make(x.copy()), *options(name, make)))) for f in (function, function.portable)
        )
    np.testing.assert_allclose(native, portable, rtol=4e-15, atol=1e-15 if name == "log_softmax" else 5e-324)
    values_only = (
        "all_inside",
        "stop_gradient",
        "sub_at_",
        "exp_",
        "first_argmax",
        "kth_smallest",
        "sub_",
        "mul_",
    )
    if library == "numpy" or name in values_only or name in BACKENDS[library].no_grad_overrides:
        return
    finite = make(x if x is PROBABILITIES else FINITE[0] if name == "take_class_weight" else FINITE)
    given = options(name, make)
    if library == "jax":
        squared = lambda f: lambda z: (single(f(z, *given)) ** 2).sum()  # noqa: E731
        slopes = [jax.grad(squared(f))(finite) for f in (function, function.portable)]
    else:
        slopes = []
        for f in (function, function.portable):
            leaf = finite.clone().requires_grad_()
            (single(f(leaf, *given)) ** 2).sum().backward()
            slopes.append(leaf.grad)
    np.testing.assert_allclose(np.asarray(slopes[0]), np.asarray(slopes[1]), rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("name", sorted({*FORWARD, "all_inside"} - ELSEWHERE - {"snap"}))
def test_form_for_a_compiler_equals_portable(name):
    function = next(getattr(home, name) for home in HOMES if hasattr(home, name))
    x = torch.tensor(PROBABILITIES if name in ("log_clamped", "log1m_clamped", "all_inside") else X)
    given = (torch.tensor(FINITE[::-1].copy()),) if name == "where_positive" else options(name, torch.tensor)
    found = {"all_inside": all_inside, **FORWARD}[name](x, *given)
    torch.testing.assert_close(found, function.portable(x, *given), rtol=4e-15, atol=5e-324, equal_nan=True)


@pytest.mark.parametrize("b", [None, 0.0, 2.5])
def test_softplus_sum_for_a_compiler(b):
    x = torch.tensor([*X.ravel(), np.inf, np.nan] * 3, dtype=torch.float64)
    a = torch.tensor([0.0, 1.0, 0.3]).double().repeat_interleave(x.numel() // 3)
    b = None if b is None else torch.full_like(x, b)
    found, wanted = FORWARD["softplus_sum"](x, a, b), logistic.softplus_sum.portable(x, a, b)
    torch.testing.assert_close(found, wanted, rtol=4e-15, atol=0, equal_nan=True)


@pytest.mark.parametrize("b", [None, 0.0, 2.5])
@pytest.mark.parametrize("form", [FORWARD["log_loss_slope"], logistic.log_loss_slope], ids=["compiled", "eager"])
def test_slope_of_probabilities_by_one_quotient(form, b):
    p = torch.tensor([*PROBABILITIES.ravel(), np.nan] * 3, dtype=torch.float64)
    a = torch.tensor([0.0, 1.0, 0.3]).double().repeat_interleave(p.numel() // 3)
    b = None if b is None else torch.full_like(p, b)
    for given in (p, torch.where(p == 0, 0.1, torch.where(p == 1, 0.9, p))):
        with torch.no_grad():
            found, wanted = form(given, a, b), logistic.log_loss_slope.portable(given, a, b)
        torch.testing.assert_close(found, wanted, rtol=1e-13, atol=1e-15, equal_nan=True)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, np.inf), (-np.inf, 1), (-np.inf, np.inf)])
def test_what_is_rounded_is_moved_to_the_bounds_that_there_are(low, high):
    x = torch.tensor([-np.inf, -1e-7, 0.5, 1 + 1e-7, np.inf, np.nan])
    torch.testing.assert_close(FORWARD["snap"](x, low, high), x.clamp(low, high), rtol=0, atol=0, equal_nan=True)


def test_what_is_hidden_from_jax_has_the_derivative_that_it_has_elsewhere():
    """The values that a native `masked_fill` lets through are masked afterwards; their derivatives must not come
    through.
    """
    x, kept = jnp.asarray([[1.0, 2.0], [np.nan, np.inf], [-np.inf, 0.5]]), jnp.asarray([[True], [False], [True]])

    def loss(f, x):
        return jnp.where(kept[:, 0], along_axis.log_softmax_at(f(x, kept), jnp.asarray([0, 1, 1]), 1), 0.0).sum()

    native, portable = masking.masked_fill, masking.masked_fill.portable
    for derivative in (jax.value_and_grad, jax.hessian):
        for mine, theirs in zip(*[jax.tree.leaves(derivative(lambda x: loss(f, x))(x)) for f in (native, portable)]):  # noqa: B023, B905
            np.testing.assert_array_equal(np.asarray(mine), np.asarray(theirs))
            assert np.isfinite(mine).all()


GRID = {
    "log1p": np.concatenate([np.linspace(-0.5, 1, 1 << 20), np.geomspace(1e-38, 1, 1 << 12), [0.0, -0.0]]),
    "log1m_clamped": np.concatenate([np.linspace(0, 1, 1 << 20), np.geomspace(1e-38, 1, 1 << 12), [1 - 2**-24]]),
}
ULPS = {"log1p": 2, "log1m_clamped": 4}
"""The second is NumPy's own logarithm, which is promised within 4 units in the last place."""
BEYOND = {
    "log1p": np.repeat([np.nan, -0.75, 0.25, 3.0, np.inf, -1.0, 1e30, -3.0], 1 << 10),
    "log1m_clamped": np.repeat([np.nan, 1.0, 0.25, 1.5, -3.0, 1e-45], 1 << 10),
}


@np.errstate(divide="ignore", invalid="ignore")
@pytest.mark.parametrize("name", GRID)
def test_logarithms_of_many_numbers_are_right(name):
    """As many as NumPy takes another way for: nearly exact there, and as before outside of what that way is for."""
    x = GRID[name].astype(np.float32)
    native = BACKENDS["numpy"].native[name]
    assert x.size >= numpy_kernels.MANY
    assert native(x).dtype == np.float32
    np.testing.assert_array_max_ulp(native(x), native(x.astype(np.float64)).astype(np.float32), ULPS[name])
    beyond = BEYOND[name].astype(np.float32)
    few = beyond[:: 1 << 10]
    np.testing.assert_allclose(native(beyond)[:: 1 << 10], native(few), rtol=3e-7)


HARD = {
    "log_loss": np.concatenate([np.linspace(0, 1, 1 << 18), np.geomspace(1e-45, 1, 1 << 12), [1 - 2**-24]]),
    "miss_probability": np.concatenate([np.linspace(-90, 90, 1 << 18), [-np.inf, np.inf, -3e38, 3e38, 0.0, -0.0]]),
    "softplus_sum": np.concatenate([np.linspace(-90, 90, 1 << 18), [-np.inf, np.inf, -3e38, 3e38, 0.0, -0.0]]),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("library", ["numpy", "torch"])
@pytest.mark.parametrize("name", HARD)
def test_many_hard_labels_have_the_loss_of_others(name, library, dtype, rng):
    """Also where one of them is soft, or 2, or a number is NaN."""
    make, function = ARRAYS[library], getattr(logistic, name)
    x = HARD[name].astype(dtype)
    labels = rng.integers(0, 2, x.size).astype(dtype)
    soft, odd, lost = labels.copy(), labels.copy(), x.copy()
    soft[7], odd[7], lost[-9] = 1e-9, 2, np.nan
    with torch.no_grad():
        for given, weights in ((x, labels), (x, 1 - labels), (x, soft), (x, odd), (lost, labels)):
            mine = np.asarray(function(make(given), make(weights), None))
            theirs = np.asarray(function.portable(make(given), make(weights), None))
            assert mine.dtype == dtype
            np.testing.assert_allclose(mine, theirs, rtol=8 * np.finfo(dtype).eps, atol=np.finfo(dtype).tiny)


LAYOUTS = {
    "in order": lambda x, _: x,
    "classes first in memory": lambda x, axis: np.moveaxis(np.ascontiguousarray(np.moveaxis(x, axis, 0)), 0, axis),
    "Fortran's order": lambda x, _: np.asfortranarray(x),
    "every second": lambda x, _: np.repeat(x, 2, axis=0)[::2],
    "turned round": lambda x, _: np.ascontiguousarray(x[..., ::-1])[..., ::-1],
}


@pytest.mark.parametrize("dtype", ["int64", "uint8"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_entries_of_classes_however_the_array_lies(layout, dtype, rng):
    for shape, axis in (
        ((5, 3), 1),
        ((3,), 0),
        ((3, 5), 0),
        ((2, 3, 4, 5), 1),
        ((2, 4, 3), -1),
        ((0, 3), 1),
        ((4, 1), 1),
    ):
        x = rng.normal(size=shape)
        x = np.asarray(LAYOUTS[layout](x, axis))
        wanted, shape = x.copy(), list(shape)
        ids = rng.integers(0, shape.pop(axis), shape).astype(dtype)
        amount = rng.normal(size=shape)
        for place in np.ndindex(*shape):
            whole = list(place)
            whole.insert(axis % x.ndim, int(ids[place]))
            assert numpy_kernels.take_class(x, ids, axis)[place] == x[tuple(whole)]
            wanted[tuple(whole)] -= amount[place]
        found = numpy_kernels.sub_at_(x, ids, axis, amount)
        np.testing.assert_array_equal(found, wanted)
        if axis >= 0:
            scattered = numpy_kernels.scatter_class(amount, ids, x.shape[axis], axis)
            np.testing.assert_array_equal(
                scattered, along_axis.scatter_class.portable(amount, ids, x.shape[axis], axis)
            )


@pytest.mark.parametrize("library", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("exponent", [2, 3.0, 4, 5.0, 7.0, 8, 9.0, 2.5])
def test_powers_by_multiplications(library, exponent):
    x = np.concatenate([np.linspace(0, 1, 1001), [1e-300, 5e-324, 3.0]])
    with torch.no_grad(), np.errstate(under="ignore"):
        found = by_option.power(ARRAYS[library](x), exponent)
    np.testing.assert_allclose(np.asarray(found), x**exponent, rtol=exponent * 2.2e-16, atol=1e-300)
