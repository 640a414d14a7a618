"""Libraries that no adapter knows: MLX, which is nearly standard, and one made here, which is no more than standard."""

import inspect
import operator
import sys
from functools import partial
from types import SimpleNamespace

import array_api_strict as strict
import dask.array as da
import jax.numpy as jnp
import numpy as np
import pytest

import array_losses as al
from array_losses.backends import backend_of
from array_losses.backends.polyfill import (
    ARITHMETIC,
    EXTENDED,
    MISSING,
    OPERATORS,
    PROBES,
    RENAMED,
    PolyfilledNamespace,
)
from conformance.case import cases, reductions
from conformance.kinds import one_of_each

from .libraries import Library, cast, move

if sys.platform not in ("linux", "darwin"):
    pytest.skip("MLX has no wheels here", allow_module_level=True)

import mlx.core as mx

CASES = {case.name: case for case in cases()}
EXTREMES = ("extreme", "infinite", "masked nan and inf", "ignored nan and inf", "all masked", "empty batch")
ULPS = 64
EPSILON = float(np.finfo(np.float32).eps)


# --- a library of our own -------------------------------------------------------------------------------------------


def coat(namespace, module):
    """An array class around NumPy arrays, of a module that no adapter knows, on a namespace of its own."""

    class Array:
        def __init__(self, data):
            self.data = np.asarray(data)

        shape = property(lambda self: self.data.shape)
        ndim = property(lambda self: self.data.ndim)
        dtype = property(lambda self: self.data.dtype)

        def __array_namespace__(self, api_version=None):
            return namespace

        def __getitem__(self, key):
            return Array(self.data[key])

    def bare(value):
        if isinstance(value, list | tuple):
            return type(value)(bare(each) for each in value)
        assert not isinstance(value, np.ndarray | np.generic), "an array of NumPy's among ours"
        return value.data if isinstance(value, Array) else value

    def dressed(function):
        def call(*args, **kwargs):
            with np.errstate(all="ignore"):
                found = function(*map(bare, args), **{key: bare(each) for key, each in kwargs.items()})
            return Array(found) if isinstance(found, np.ndarray | np.generic) else found

        return call

    for name in ("lt", "le", "gt", "ge", "eq", "ne", "neg", "abs", "invert"):
        setattr(Array, f"__{name}__", dressed(getattr(operator, name)))
    for name in ("add", "sub", "mul", "truediv", "pow", "and", "or", "matmul"):
        function = getattr(operator, name, None) or getattr(operator, f"{name}_")
        setattr(Array, f"__{name}__", dressed(function))
        setattr(Array, f"__r{name}__", dressed(lambda a, b, function=function: function(b, a)))
    Array.__module__ = module
    return Array, dressed


FUNCTIONS = (
    "all",
    "any",
    "argmax",
    "astype",
    "atan2",
    "broadcast_to",
    "ceil",
    "concat",
    "cumulative_sum",
    "exp",
    "expand_dims",
    "expm1",
    "flip",
    "floor",
    "isfinite",
    "isinf",
    "isnan",
    "log",
    "log1p",
    "logaddexp",
    "max",
    "maximum",
    "mean",
    "min",
    "minimum",
    "moveaxis",
    "ones_like",
    "permute_dims",
    "reshape",
    "sign",
    "sqrt",
    "squeeze",
    "stack",
    "sum",
    "take",
    "take_along_axis",
    "tanh",
    "where",
    "zeros_like",
)
DTYPES = ("bool", "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32")


def homemade(module, without=()):
    """A library that has what the standard asks of the formulas, without `device=`, and less what is named."""
    namespace = SimpleNamespace(**{name: np.dtype(name) for name in DTYPES}, __name__=module)
    cls, dressed = coat(namespace, module)
    for name in FUNCTIONS:
        if name not in without:
            setattr(namespace, name, dressed(getattr(np, name)))
    namespace.asarray = lambda value, dtype=None, copy=None: cls(
        np.array(value.data if isinstance(value, cls) else value, dtype=dtype, copy=copy)
    )
    namespace.finfo = lambda dtype: SimpleNamespace(
        smallest_normal=float(np.finfo(dtype).smallest_normal),
        min=float(np.finfo(dtype).min),
        max=float(np.finfo(dtype).max),
    )
    namespace.arange = lambda count, dtype=None: cls(np.arange(count, dtype=dtype))
    namespace.argsort = dressed(lambda x, axis=-1, stable=True: np.argsort(x, axis=axis, stable=stable))
    namespace.sort = dressed(lambda x, axis=-1, stable=True: np.sort(x, axis=axis, stable=stable))
    return Library(module, cls, lambda array: array.data, (cls,))


MLX = Library("mlx", lambda a: mx.array(a), np.asarray, (mx.array,))
HOMEMADE = homemade("homemade.arrays")
LIBRARIES = (MLX, HOMEMADE)


# --- every loss -----------------------------------------------------------------------------------------------------


HANGS = {"barlow_twins_loss", "vicreg_loss"}
"""On an empty batch the first hangs now and then in MLX 0.32 on a processor, whose sum over no rows may plan a loop
over no axis and take its length from what lies in memory; the second centres its rows by the same sums."""


def chosen(case, library):
    """The plain sample, and the extremes."""
    samples = list(case.samples(np.random.default_rng(7)))
    found = [each for i, each in enumerate(samples) if i == 0 or each.label.startswith(EXTREMES)]
    hangs = library is MLX and case.name in HANGS
    return [each for each in found if not (hangs and each.label.startswith("empty batch"))]


def rounded(value):
    """float64, of numbers that float32 holds."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    return cast(cast(value, "float32"), "float64")


def wanted(case, sample):
    """The places of the arrays to differentiate."""
    names = list(inspect.signature(case.loss).parameters)
    places = (names.index(name) for name in case.differentiable)
    return tuple(i for i in places if i < len(sample.arrays) and sample.arrays[i].dtype.kind == "f")


def assert_close(found, expected, label, ulps=ULPS, least=0.0):
    """At the accuracy of float32, of the largest number where parts cancel."""
    with np.errstate(over="ignore"):
        expected = np.asarray(expected).astype(np.float32)
    size = np.max(np.abs(expected), initial=least, where=np.isfinite(expected))
    np.testing.assert_allclose(found, expected, rtol=ulps * EPSILON, atol=ulps * EPSILON * size, err_msg=label)


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda each: each.name)
@pytest.mark.parametrize("name", sorted(CASES))
def test_values(name, library):
    case = CASES[name]
    for sample in chosen(case, library):
        exact, given = tuple(map(rounded, sample.arrays)), rounded(sample.options)
        arrays, options = move(library, sample.arrays, "float32"), move(library, sample.options, "float32")
        for reduction in reductions(case.loss):
            found = case.loss(*arrays, **options, reduction=reduction)
            assert isinstance(found, library.types), sample.label
            assert str(found.dtype).endswith("float32"), sample.label
            expected = case.loss(*exact, **given, reduction=reduction)
            parts = case.largest_part(sample)  # the size of parts that cancel
            assert_close(library.numpy(found), expected, f"{name}, {sample.label}, {reduction}", least=parts)


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda each: each.name)
@pytest.mark.parametrize("name", sorted(CASES))
def test_tape(name, library, rng):
    """First derivatives, also at kinks and infinities, and second ones where there are any."""
    case = CASES[name]
    for sample in chosen(case, library):
        places = wanted(case, sample)
        exact, given = tuple(map(rounded, sample.arrays)), rounded(sample.options)
        arrays, options = move(library, sample.arrays, "float32"), move(library, sample.options, "float32")
        loss = partial(case.loss, reduction="sum")
        _, expected = al.value_and_grad(loss, places)(*exact, **given)
        _, gradients = al.value_and_grad(loss, places)(*arrays, **options)
        for place, ours, theirs in zip(places, gradients, expected, strict=True):
            assert isinstance(ours, library.types), sample.label
            assert_close(library.numpy(ours), theirs, f"{name}, {sample.label}, argument {place}")
        if sample.smooth:
            vector = rounded(rng.normal(size=exact[places[0]].shape))
            second = al.hvp(loss, places[0])(move(library, (vector,), "float32")[0], *arrays, **options)
            expected = al.hvp(loss, places[0])(vector, *exact, **given)
            assert_close(library.numpy(second), expected, f"{name}, {sample.label}, second")


@pytest.mark.parametrize("name", sorted(CASES))
def test_autodiff_and_compiler_of_mlx(name):
    """A loss is made of MLX's own functions: what MLX does to functions, it does to this one.

    A loss of each kind is compiled: on a CPU MLX calls a C++ compiler.
    """
    case, (sample, *_) = CASES[name], chosen(CASES[name], MLX)
    place, arrays = wanted(case, sample)[0], move(MLX, sample.arrays, "float32")
    value, gradient = mx.value_and_grad(case.loss, argnums=place)(*arrays)
    ours, tape = al.value_and_grad(case.loss, place)(*arrays)
    assert_close(np.asarray(value), np.asarray(ours), name)
    assert_close(np.asarray(gradient), np.asarray(tape), name)
    if name in one_of_each():
        assert_close(np.asarray(mx.compile(case.loss)(*arrays)), np.asarray(ours), name)


# --- arguments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda each: each.name)
def test_arguments_beside_the_first(library):
    """Host data travels, ids have any integer dtype, a bad one makes NaN; arrays of another library are refused."""
    x = np.array([[1.0, 2.0, 0.5], [0.0, 1.0, -1.0]], dtype=np.float32)
    expected = al.cross_entropy(x, [2, 0], weight=[1.0, 2.0, 3.0])
    for ids in (
        [2, 0],
        np.array([2, 0]),
        *(library.array(np.array([2, 0], dtype=each)) for each in ("int8", "uint32")),
    ):
        found = al.cross_entropy(library.array(x), ids, weight=[1.0, 2.0, 3.0])
        assert_close(library.numpy(found), expected, str(ids))
    losses = al.cross_entropy(library.array(x), library.array(np.array([2, 7])), reduction="none")
    assert np.isnan(library.numpy(losses)).tolist() == [False, True]
    with pytest.raises(al.NamespaceError, match=r"`target` is a JAX array, `input` an? (mlx|homemade) array"):
        al.mse_loss(library.array(x), jnp.asarray(x))


@pytest.mark.parametrize("dtype", [mx.float16, mx.bfloat16])
def test_half_precision_of_mlx(dtype):
    x = mx.array([300.0, 1.0]).astype(dtype)
    found = al.mse_loss(x, mx.zeros_like(x))
    assert found.dtype == mx.float32
    assert float(found) == 45000.5  # beyond float16


# --- what is missing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("without", "loss"),
    [
        ("log1p", al.binary_cross_entropy),
        ("exp", al.binary_cross_entropy_with_logits),
        ("ones_like", al.l1_loss),
    ],
)
def test_a_missing_function_is_named(without, loss):
    library = homemade(f"poor_{without}", without=(without, "logaddexp"))
    x = library.array(np.array([0.25, 0.75], dtype=np.float32))
    message = f"^poor_{without} has no `{without}` of the Array API standard, which is needed here$"
    with pytest.raises(al.NamespaceError, match=message):
        al.value_and_grad(loss)(x, x)


def test_a_gather_that_is_missing_is_done_without():
    library = homemade("poor_gather", without=("take_along_axis",))
    x, ids = np.array([[1.0, 2.0], [0.5, 0.0]], dtype=np.float32), np.array([1, 0])
    found = al.cross_entropy(library.array(x), library.array(ids))
    assert_close(found.data, al.cross_entropy(x, ids), "")


class Without:
    """array-api-strict, less some of its names and with others replaced."""

    def __init__(self, *hidden, **replaced):
        self.hidden = hidden
        vars(self).update(replaced)

    def __getattr__(self, name):
        if name in self.hidden:
            raise AttributeError(name)
        return getattr(strict, name)


A = strict.asarray([[0.5, -1.0, 0.0, float("inf"), -float("inf"), float("nan")], [2.0, 3.0, 3.0, 1.0, 1.0, 1.0]])
B = strict.asarray([[0.5, 2.0, 1.0, float("inf"), -float("inf"), 1.0], [-2.0, -3.0, 3.0, 1.0, 1.0, float("nan")]])
ONE_ARRAY = ("negative", "positive", "abs", "square", "isnan", "isinf", "sign")
CALLS = {
    **{name: lambda xp, name=name: getattr(xp, name)(A, B) for name in (*OPERATORS, *MISSING)},
    **{name: lambda xp, name=name: getattr(xp, name)(A) for name in ONE_ARRAY},
    **{name: lambda xp, name=name: getattr(xp, name)(2.0, B) for name in ARITHMETIC},
    **{name: lambda xp, name=name: getattr(xp, name)(A > 0, B > 0) for name in OPERATORS if name.startswith("bitwise")},
    "bitwise_invert": lambda xp: xp.bitwise_invert(A > 0),
    "matmul": lambda xp: xp.matmul(strict.asarray([[1.0, 2.0]]), strict.asarray([[3.0], [4.0]])),
    "astype": lambda xp: xp.astype(A > 0, strict.float32),
    "finfo": lambda xp: strict.asarray(xp.finfo(A.dtype).smallest_normal),
    "moveaxis": lambda xp: xp.moveaxis(A[None, ...], 0, -1),
    "matrix_transpose": lambda xp: xp.matrix_transpose(A[None, ...]),
    "asarray": lambda xp: xp.asarray([1, 2], dtype=strict.float64, copy=True),
    "where": lambda xp: xp.where(A > 0, 0.0, B),
    "clip": lambda xp: xp.clip(B, min=-1.0, max=1.0),
    "sum": lambda xp: xp.sum(B[:1, :2], axis=1, dtype=strict.float32),
    "argsort": lambda xp: xp.argsort(B[:, :5], axis=0, descending=True, stable=True),
    "sort": lambda xp: xp.stack([xp.sort(B[:, :5], axis=0, descending=back, stable=False) for back in (False, True)]),
}
"""A call of each function that may be made of others."""


def assert_same(found, expected):
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(np.asarray(found._array), np.asarray(expected._array), rtol=1e-15, atol=0.0)


@pytest.fixture(autouse=True)
def quiet():
    """array-api-strict warns of NaN as NumPy does."""
    with np.errstate(all="ignore"):
        yield


class WithMethod:
    """The one array of the standard that knows `astype` as a method."""

    def __init__(self, array):
        self.array = array

    def astype(self, dtype):
        return strict.astype(self.array, dtype)


@pytest.mark.parametrize("name", sorted({*OPERATORS, *MISSING} - {"astype"}))
def test_what_a_library_lacks_is_made(name):
    xp = PolyfilledNamespace(Without(name), "partial")
    assert_same(CALLS[name](xp), CALLS[name](strict))


def test_astype_is_a_method_elsewhere():
    xp = PolyfilledNamespace(Without("astype"), "partial")
    assert_same(xp.astype(WithMethod(A), strict.float32), strict.astype(A, strict.float32))


@pytest.mark.parametrize("name", sorted(RENAMED))
def test_what_a_library_calls_otherwise_is_found(name):
    xp = PolyfilledNamespace(Without(name, **{RENAMED[name]: getattr(strict, name)}), "partial")
    assert getattr(xp, name) is getattr(strict, name)


def where_of_arrays(condition, a, b):
    assert hasattr(a, "dtype")
    assert hasattr(b, "dtype")
    return strict.where(condition, a, b)


LESS = {
    **{
        name: lambda a, b, name=name: getattr(strict, name)(a + 0 * b, b) if hasattr(a, "dtype") else 1 / 0
        for name in ARITHMETIC
    },
    "asarray": lambda value, dtype=None: strict.asarray(value, dtype=dtype),
    "finfo": lambda dtype: SimpleNamespace(dtype=dtype),
    "where": where_of_arrays,
    "clip": lambda x, low, high, /: strict.clip(x, low, high),
    "sum": lambda x, axis=None, keepdims=False: strict.sum(x, axis=axis, keepdims=keepdims),
    "argsort": lambda x, axis=-1: strict.argsort(x, axis=axis),
    "sort": lambda x, axis=-1: strict.sort(x, axis=axis),
}
"""Functions that take less than the standard's."""


@pytest.mark.parametrize("name", sorted(PROBES))
def test_what_takes_less_is_widened(name):
    assert name in {*EXTENDED, *MISSING, *OPERATORS}
    xp = PolyfilledNamespace(Without(**{name: LESS[name]}), "partial")
    assert_same(CALLS[name](xp), CALLS[name](strict))


def test_a_copy_of_a_library_that_does_not_copy():
    xp = PolyfilledNamespace(Without(asarray=LESS["asarray"]), "partial")
    x = strict.asarray([1.0, 2.0])
    xp.asarray(x, copy=True)[0] = 7.0
    assert float(x[0]) == 1.0


def test_a_standard_library_is_left_as_it_is():
    for array in (strict.asarray([1.0]), da.ones(3)):
        backend = backend_of(array)
        library = backend.xp._library
        for name in {*OPERATORS, *MISSING, *RENAMED, *PROBES}:
            if hasattr(library, name):
                assert getattr(backend.xp, name) is getattr(library, name)
        assert backend.device(array) is not None
