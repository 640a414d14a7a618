"""The log-probabilities and entropies of a linear head are those of the logits that it never holds."""

import gc
import tracemalloc

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

import array_losses as al

ROWS, FEATURES, CLASSES = 23, 5, 7
CHUNKS = (1, 4, 23, None)
OPTIONS = {"softcap": 2.0, "temperature": 0.7}


@pytest.fixture
def data(rng):
    """Input, matrix, bias, ids of which two are ignored, and a cotangent of both results."""
    arrays = tuple(rng.normal(size=shape) for shape in ((ROWS, FEATURES), (CLASSES, FEATURES), (CLASSES,)))
    y = rng.integers(0, CLASSES, ROWS)
    y[[3, 21]] = -100
    return arrays, y, rng.normal(size=(2, ROWS))


def materialised(y, softcap=None, temperature=1.0):
    """Both, of all logits, in torch or JAX."""

    def both(x, a, b):
        on_torch = isinstance(x, torch.Tensor)
        xp, z = torch if on_torch else jnp, x @ a.T + b
        z = (z if softcap is None else softcap * xp.tanh(z / softcap)) / temperature
        log_p = torch.log_softmax(z, -1) if on_torch else jax.nn.log_softmax(z, -1)
        kept, ids = xp.asarray(y != -100), np.where(y == -100, 0, y)
        entropies = -xp.where(log_p == -np.inf, 0.0, xp.exp(log_p) * log_p).sum(-1)
        return xp.where(kept, log_p[np.arange(len(y)), ids], 0.0), xp.where(kept, entropies, 0.0)

    return both


def ours(y, chunk=None, entropy=True, **options):
    return lambda x, a, b: al.linear_log_probs(x, a, y, linear_bias=b, chunk_size=chunk, entropy=entropy, **options)


def total(function, g):
    """A number that hangs on both results."""

    def weighed(*arrays):
        log_p, h = function(*arrays)
        found = log_p * make_like(log_p, g[0]) + h * make_like(h, g[1])
        return found.sum() if hasattr(found, "sum") else found.__array_namespace__().sum(found)

    return weighed


def make_like(array, value):
    if isinstance(array, torch.Tensor):
        return torch.asarray(value)
    if isinstance(array, jax.Array):
        return jnp.asarray(value)
    inner = getattr(array, "value", array)
    return strict.asarray(value) if type(inner).__module__.startswith("array_api_strict") else value


def tensors(arrays, grad=True):
    return [torch.tensor(each, requires_grad=grad) for each in arrays]


def close(found, expected, rtol=1e-9):
    for one, other in zip(found, expected, strict=True):
        one, other = (each.detach() if isinstance(each, torch.Tensor) else each for each in (one, other))
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=rtol, atol=1e-12)


@pytest.mark.parametrize("chunk", CHUNKS)
def test_values_and_gradients(data, chunk):
    arrays, y, g = data
    given = tensors(arrays)
    expected = materialised(y, **OPTIONS)(*given)
    slopes = torch.autograd.grad(total(materialised(y, **OPTIONS), g)(*given), given)
    for make in (np.asarray, strict.asarray, jnp.asarray) if chunk in (4, None) else (np.asarray,):
        mine = [make(each) for each in arrays]
        close(ours(y, chunk, **OPTIONS)(*mine), expected)
        close(al.grad(total(ours(y, chunk, **OPTIONS), g), (0, 1, 2))(*mine), slopes)
    found = ours(y, chunk, **OPTIONS)(*given)
    close(found, expected)
    close(torch.autograd.grad(total(lambda *_: found, g)(), given), slopes)


@pytest.mark.parametrize("chunk", [4, None])
def test_one_of_both(data, chunk):
    """Without entropies it is the unreduced loss, negated; an unused result has no gradient."""
    arrays, y, _ = data
    expected = [-al.linear_cross_entropy(*arrays[:2], y, linear_bias=arrays[2], reduction="none")]
    for make in (np.asarray, strict.asarray, jnp.asarray, torch.asarray):
        close([ours(y, chunk, False)(*map(make, arrays))], expected)
    given = tensors(arrays)
    for place in (0, 1):
        slopes = torch.autograd.grad(materialised(y)(*given)[place].sum(), given)
        close(torch.autograd.grad(ours(y, chunk)(*given)[place].sum(), given), slopes)
        close(al.grad(lambda *each, place=place: np.sum(ours(y, chunk)(*each)[place]), (0, 1, 2))(*arrays), slopes)
    slopes = torch.autograd.grad(materialised(y)(*given)[0].sum(), given)
    close(torch.autograd.grad(ours(y, chunk, False)(*given).sum(), given), slopes)
    close(al.grad(lambda *each: np.sum(ours(y, chunk, False)(*each)), (0, 1, 2))(*arrays), slopes)


TORCH = {
    "grad": lambda f: torch.func.grad(f, (0, 1, 2)),
    "jvp": lambda f: lambda *given: torch.func.jvp(f, given, given),
    "hessian": lambda f: lambda *given: (torch.func.hessian(f, 2)(*given),),
    "vmap": lambda f: lambda x, a, b: (torch.func.vmap(f, (0, None, None))(torch.stack([x, -x]), a, b),),
    "compile": lambda f: lambda *given: (torch.compile(f, fullgraph=True, backend="aot_eager")(*given),),
}
JAX = {
    "jit": lambda f: jax.jit(jax.grad(f, (0, 1, 2))),
    "jvp": lambda f: lambda *given: jax.jvp(f, given, given),
}


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
@pytest.mark.parametrize("name", TORCH)
def test_transformed_torch(data, name):
    arrays, y, g = data
    given = tensors(arrays, grad=False)
    expected = TORCH[name if name != "compile" else "grad"](total(materialised(y, **OPTIONS), g))(*given)
    y = torch.tensor(y)
    if name == "compile":
        given = tensors(arrays)
        (found,) = TORCH[name](total(ours(y, 4, **OPTIONS), g))(*given)
        close(torch.autograd.grad(found, given), expected)
    else:
        close(TORCH[name](total(ours(y, 4, **OPTIONS), g))(*given), expected)


@pytest.mark.parametrize("name", JAX)
def test_transformed_jax(data, name):
    arrays, y, g = data
    given = [jnp.asarray(each) for each in arrays]
    close(JAX[name](total(ours(y, 4, **OPTIONS), g))(*given), JAX[name](total(materialised(y, **OPTIONS), g))(*given))


def test_second_derivatives(data):
    arrays, y, g = data

    def twice(function):
        given = tensors(arrays)
        slopes = torch.autograd.grad(total(function, g)(*given), given, create_graph=True)
        return torch.autograd.grad(sum((each**2).sum() for each in slopes), given)

    close(twice(ours(y, 4)), twice(materialised(y)))
    vector = np.ones((ROWS, FEATURES))
    wanted = torch.autograd.functional.hvp(
        lambda x: total(materialised(y), g)(x, *tensors(arrays[1:])), tensors(arrays)[0], torch.tensor(vector)
    )[1]
    close([al.hvp(total(ours(y, 4), g))(vector, *arrays)], [wanted])


@pytest.mark.parametrize("chunk", [4, None])
def test_excluded_classes(data, chunk):
    """A bias of -inf: no share in the entropy, and no gradient that is not finite."""
    (x, a, b), y, g = data
    b[-1], y[y == CLASSES - 1] = -np.inf, 1
    given = tensors((x, a, b))
    whole = materialised(y)(given[0], given[1][:-1], given[2][:-1])
    for make in (np.asarray, jnp.asarray, torch.asarray):
        close([ours(y, chunk)(*map(make, (x, a, b)))[1]], [whole[1]])
    slopes = al.grad(total(ours(y, chunk), g), (0, 1, 2))(x, a, b)
    slopes += torch.autograd.grad(total(ours(y, chunk), g)(*given), given)
    assert all(np.all(np.isfinite(np.asarray(each))) for each in slopes)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(data, dtype):
    """In float32, with gradients of the dtype of the arrays."""
    arrays, y, g = data
    g = g.astype(np.float32)
    half = [each.detach().to(dtype).requires_grad_() for each in tensors(arrays)]
    single = [each.detach().float().requires_grad_() for each in half]
    for chunk in (4, None):
        found = ours(y, chunk)(*half)
        assert [each.dtype for each in found] == [torch.float32] * 2
        close(found, ours(y, None)(*single), rtol=1e-5)
        slopes = torch.autograd.grad(total(lambda *_, found=found: found, g)(), half)
        assert [each.dtype for each in slopes] == [dtype] * 3
        expected = torch.autograd.grad(total(ours(y, None), g)(*single), single)
        for one, other in zip(slopes, expected, strict=True):
            torch.testing.assert_close(one, other.to(dtype))


def test_positions_and_one_row(rng):
    x, a = rng.normal(size=(ROWS, FEATURES)), rng.normal(size=(CLASSES, 3, FEATURES))
    y = rng.integers(0, CLASSES, (ROWS, 3))
    for make in (np.asarray, strict.asarray, jnp.asarray, torch.asarray):
        found = al.linear_log_probs(make(x), make(a), y, entropy=True, chunk_size=4)
        each = [al.linear_log_probs(x, a[:, i, :], y[:, i], entropy=True) for i in range(3)]
        close(found, [np.stack(both, axis=1) for both in zip(*each, strict=True)])
        one = al.linear_log_probs(make(x[0]), make(a[:, 0, :]), y[0, 0], entropy=True)
        close(one, [both[0] for both in each[0]])


# --- memory -----------------------------------------------------------------------------------------------------------


class Largest(TorchDispatchMode):
    """The most elements of a tensor that torch makes."""

    count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        found = function(*args, **(kwargs or {}))
        for each in found if isinstance(found, tuple | list) else (found,):
            if isinstance(each, torch.Tensor):
                self.count = max(self.count, each.numel())
        return found


def test_no_tensor_of_all_logits(rng):
    rows, classes = 512, 300
    x, a = torch.tensor(rng.normal(size=(rows, 8))), torch.tensor(rng.normal(size=(classes, 8)))
    y = rng.integers(0, classes, rows)

    def number(x, a):
        log_p, h = al.linear_log_probs(x, a, y, entropy=True, chunk_size=32)
        return log_p.exp().sum() + h.sum()

    def backward(x, a):
        given = [x.clone().requires_grad_(), a.clone().requires_grad_()]
        torch.autograd.grad(number(*given), given)

    for work in (number, backward, torch.func.grad(number, (0, 1))):
        with Largest() as largest:
            work(x, a)
        assert largest.count <= 32 * classes


def test_memory_of_numpy(rng):
    rows, features, classes = 2048, 16, 8192
    x, a = rng.normal(size=(rows, features)).astype("f4"), rng.normal(size=(classes, features)).astype("f4")
    y = rng.integers(0, classes, rows)
    number = total(lambda x, a: al.linear_log_probs(x, a, y, entropy=True, chunk_size=64), np.ones((2, rows), "f4"))
    gc.collect()
    tracemalloc.start()
    al.grad(number, (0, 1))(x, a)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.35 * rows * classes * 4


def test_memory_of_jax():
    rows, classes = 8192, 32000
    shapes = [
        jax.ShapeDtypeStruct(shape, dtype)
        for shape, dtype in (((rows, 64), jnp.float32), ((classes, 64), jnp.float32), ((rows,), jnp.int32))
    ]

    def number(x, a, y):
        log_p, h = al.linear_log_probs(x, a, y, entropy=True)
        return jnp.sum(jnp.exp(log_p) + h)

    whole = jax.jit(jax.value_and_grad(number, (0, 1))).lower(*shapes).compile().memory_analysis()
    assert whole.temp_size_in_bytes < 0.2 * rows * classes * 4


# --- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"reduction": "mean"}, al.ArgumentError, "linear_log_probs: unknown option `reduction`"),
        ({"temperature": 0.0}, al.OptionError, "`temperature` must be a finite number > 0, got 0.0"),
        ({"target": np.full(ROWS, 7)}, al.DomainError, r"hold class ids in \[0, 7\) or ignore_index = -100, got 7"),
        ({"target": np.ones((ROWS, CLASSES))}, al.DTypeError, "`target` must hold integer class ids"),
        ({"linear_bias": np.ones(3)}, al.ShapeError, r"`linear_bias` must have shape \(C, \*S\) = \(7,\), got \(3,\)"),
    ],
)
def test_mistakes(data, change, error, message):
    (x, a, _), y, _ = data
    with pytest.raises(error, match=message):
        al.linear_log_probs(**{"input": x, "linear_weight": a, "target": y, **change})


def test_a_bad_id_out_of_sight_is_nan(data):
    (x, a, _), y, _ = data
    y[5] = CLASSES
    found = jax.jit(lambda x, y: al.linear_log_probs(x, a, y, entropy=True, chunk_size=4))(x, y)
    assert [np.flatnonzero(np.isnan(each)).tolist() for each in found] == [[5], [5]]
