"""Linear cross-entropy is cross-entropy of the logits that it never holds."""

import gc
import subprocess
import sys
import tracemalloc
import warnings

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

import array_losses as al

ROWS, FEATURES, CLASSES = 23, 5, 7
CHUNKS = (1, 4, 22, 23, None)
OPTIONS = {
    "plain": {},
    "smoothed": {"label_smoothing": 0.2},
    "softcap": {"softcap": 1.5},
    "z-loss": {"z_loss": 0.3},
    "all": {
        "label_smoothing": 0.2,
        "softcap": 2.0,
        "z_loss": 0.1,
        "weight": True,
        "where": True,
        "sample_weight": True,
    },
}


@pytest.fixture
def data(rng):
    x, a, b = (rng.normal(size=shape) for shape in ((ROWS, FEATURES), (CLASSES, FEATURES), (CLASSES,)))
    y = rng.integers(0, CLASSES, ROWS)
    y[[3, 21]] = -100
    arrays = {"weight": rng.uniform(0.5, 2, CLASSES), "sample_weight": rng.uniform(0.5, 2, ROWS)}
    return (x, a, b), y, {**arrays, "where": rng.uniform(size=ROWS) > 0.3}


def options_of(name, arrays):
    return {key: arrays[key] if value is True else value for key, value in OPTIONS[name].items()}


def ours(y, chunk, options, **more):
    return lambda x, a, b: al.linear_cross_entropy(x, a, y, linear_bias=b, chunk_size=chunk, **options, **more)


def materialised(y, options, reduction="mean"):
    """The cross-entropy of all logits, in torch or JAX, its weights and the z-loss written out."""
    kept = (y != -100) & options.get("where", True)
    ids = np.where(y == -100, 0, y)
    counts = kept * np.asarray(options.get("sample_weight", 1.0)) * options.get("weight", np.ones(CLASSES))[ids]

    def loss(x, a, b):
        xp = torch if isinstance(x, torch.Tensor) else jnp
        z, cap = x @ a.T + b, options.get("softcap")
        z = z if cap is None else cap * xp.tanh(z / cap)
        given = {name: options[name] for name in ("weight", "label_smoothing") if name in options}
        rows = {name: options[name] for name in ("where", "sample_weight") if name in options}
        each = al.cross_entropy(z, y, **given, **rows, reduction="none")
        lse = xp.logsumexp(z, -1) if xp is torch else jax.nn.logsumexp(z, -1)
        each = each + options.get("z_loss", 0.0) * xp.asarray(counts) * lse**2
        return each if reduction == "none" else each.sum() if reduction == "sum" else each.sum() / counts.sum()

    return loss


def close(found, expected):
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-9, atol=1e-12)


def tensors(arrays, grad=True):
    return [torch.tensor(each, requires_grad=grad) for each in arrays]


# --- equal to the materialised loss -----------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("name", OPTIONS)
def test_value_and_gradients(data, name, chunk):
    arrays, y, more = data
    options = options_of(name, more)
    on_torch = tensors(arrays)
    expected = materialised(y, options)(*on_torch)
    slopes = torch.autograd.grad(expected, on_torch)
    expected = [expected.detach(), *slopes]
    found = ours(y, chunk, options)(*on_torch)
    close([found.detach(), *torch.autograd.grad(found, on_torch)], expected)
    compiled = chunk == 4 or (chunk is None and name == "all")  # JAX compiles each
    others = (np.asarray, jnp.asarray) if compiled else (np.asarray,)
    for make in others:
        value, gradients = al.value_and_grad(ours(y, chunk, options), (0, 1, 2))(*map(make, arrays))
        close([value, *gradients], expected)
        close([ours(y, chunk, options)(*map(make, arrays))], expected[:1])
    each = materialised(y, options, "none")(*tensors(arrays, grad=False))
    for make in (*others, torch.as_tensor):
        close([ours(y, chunk, options, reduction="none")(*map(make, arrays))], [each])
        close([ours(y, chunk, options, reduction="sums")(*map(make, arrays)).loss()], expected[:1])


@pytest.mark.parametrize("chunk", [4, None])
def test_second_derivatives(data, chunk):
    (x, a, b), y, more = data
    options = options_of("all", more)

    def twice(loss):
        given = tensors((x, a, b))
        slopes = torch.autograd.grad(loss(*given), given, create_graph=True)
        return torch.autograd.grad(sum((each**2).sum() for each in slopes), given)

    expected = twice(materialised(y, options))
    close(twice(ours(y, chunk, options)), expected)
    close(
        twice(lambda *given: ours(y, chunk, options, reduction="none")(*given).sum()),
        twice(materialised(y, options, "sum")),
    )
    for make in (np.asarray, jnp.asarray, torch.as_tensor):
        product = al.hvp(lambda x, make=make: ours(y, chunk, {})(x, make(a), make(b)))(make(np.ones_like(x)), make(x))
        close([product], [al.hvp(lambda x: al.cross_entropy(x @ a.T + b, y))(np.ones_like(x), x)])


def test_gradients_of_weights(data):
    (x, a, _), y, more = data

    def slope(loss, name):
        weight = torch.tensor(more[name], requires_grad=True)
        return torch.autograd.grad(loss(torch.tensor(x), torch.tensor(a), {name: weight}), weight)

    for name in ("weight", "sample_weight"):
        close(
            slope(lambda x, a, given: al.linear_cross_entropy(x, a, y, chunk_size=4, **given), name),
            slope(lambda x, a, given: al.cross_entropy(x @ a.T, y, **given), name),
        )


def test_an_object(data):
    (x, a, b), y, _ = data
    loss = al.LinearCrossEntropyLoss(softcap=2.0, chunk_size=4)
    assert float(loss(x, a, y, linear_bias=b)) == pytest.approx(float(ours(y, None, {"softcap": 2.0})(x, a, b)))
    assert al.from_config(loss.to_config()) == loss
    with pytest.raises(al.ArgumentError, match="`linear_bias` belongs to a batch"):
        al.LinearCrossEntropyLoss(linear_bias=b)


def test_equals_torch(data):
    (x, a, b), y, more = data
    given = tensors((x, a, b))
    target, weight = torch.tensor(y), torch.tensor(more["weight"])
    expected = torch.nn.functional.linear_cross_entropy(
        given[0], given[1], target, linear_bias=given[2], weight=weight, label_smoothing=0.1
    )
    found = ours(y, 4, {"weight": weight, "label_smoothing": 0.1})(*given)
    close(
        [found.detach(), *torch.autograd.grad(found, given)], [expected.detach(), *torch.autograd.grad(expected, given)]
    )


PLACES = 3
"""Positions of each row."""


@pytest.mark.parametrize("chunk", [4, None])
@pytest.mark.parametrize("soft", [False, True], ids=["ids", "probabilities"])
def test_positions_are_losses_of_their_own(rng, soft, chunk):
    """Each with its map: side by side they are the loss of all, on every library, derivatives too."""
    x, a = rng.normal(size=(ROWS, FEATURES)), rng.normal(size=(CLASSES, PLACES, FEATURES))
    y = rng.dirichlet(np.ones(CLASSES), (ROWS, PLACES)) if soft else rng.integers(0, CLASSES, (ROWS, PLACES))
    together = np.moveaxis(y, 2, 1) if soft else y
    more = {"label_smoothing": 0.1, "softcap": 2.0, "z_loss": 0.1, "chunk_size": chunk}

    def whole(x, a):
        return al.linear_cross_entropy(x, a, together, **more)

    def apart(x, a):
        return sum(al.linear_cross_entropy(x, a[:, i, :], y[:, i], **more) for i in range(PLACES)) / PLACES

    expected, slopes = al.value_and_grad(apart, (0, 1))(x, a)
    for make in (np.asarray, strict.asarray, jnp.asarray, torch.asarray):
        found, gradients = al.value_and_grad(whole, (0, 1))(make(x), make(a))
        close([found, *gradients], [expected, *slopes])
    given = torch.asarray(x), torch.asarray(a)
    close(torch.func.grad(whole, (0, 1))(*given), slopes)
    close(jax.jit(jax.grad(whole, (0, 1)))(jnp.asarray(x), jnp.asarray(a)), slopes)
    each = [al.linear_cross_entropy(x, a[:, i, :], y[:, i], reduction="none", **more) for i in range(PLACES)]
    for make in (np.asarray, strict.asarray, jnp.asarray, torch.asarray):
        found = al.linear_cross_entropy(make(x), make(a), together, reduction="none", **more)
        close([found], [np.stack(each, axis=1)])


def test_positions_under_autocast(rng):
    """Gradients of single precision."""
    x, a = (rng.normal(size=shape).astype("f4") for shape in ((ROWS, FEATURES), (CLASSES, PLACES, FEATURES)))
    y = rng.integers(0, CLASSES, (ROWS, PLACES))
    expected = al.grad(lambda x, a: al.linear_cross_entropy(x, a, y), (0, 1))(x, a)
    for chunk in (4, None):
        given = tensors((x, a))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            al.linear_cross_entropy(*given, y, chunk_size=chunk).backward()
        for one, other in zip(given, expected, strict=True):
            np.testing.assert_allclose(one.grad, other, rtol=1e-4, atol=1e-6)


# --- transformed --------------------------------------------------------------------------------------------------


TORCH = {
    "grad": lambda f: torch.func.grad(f, (0, 1, 2)),
    "jvp": lambda f: lambda *given: torch.func.jvp(f, given, given),
    "vmap": lambda f: lambda x, a, b: (torch.func.vmap(f, (0, None, None))(torch.stack([x, -x]), a, b),),
    "vmap of grad": lambda f: (
        lambda x, a, b: torch.func.vmap(torch.func.grad(f, (0, 1)), (0, None, None))(torch.stack([x, -x]), a, b)
    ),
    "grad of grad": lambda f: (
        lambda *given: (torch.func.grad(lambda *given: torch.func.grad(f, 1)(*given).square().sum())(*given),)
    ),
    "hessian": lambda f: lambda *given: (torch.func.hessian(f, 2)(*given),),
    "jacrev of jacrev": lambda f: lambda *given: (torch.func.jacrev(torch.func.jacrev(f, 2), 2)(*given),),
}


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
@pytest.mark.parametrize("name", TORCH)
def test_torch_func(data, name):
    arrays, y, more = data
    given, options = tensors(arrays, grad=False), options_of("all", more)
    close(TORCH[name](ours(y, 4, options))(*given), TORCH[name](materialised(y, options))(*given))


@pytest.mark.parametrize("functional", [False, True])
def test_torch_compile(data, functional):
    arrays, y, more = data
    options = {
        key: torch.tensor(each) if hasattr(each, "dtype") else each for key, each in options_of("all", more).items()
    }
    given, loss = tensors(arrays, grad=not functional), ours(torch.tensor(y), 9, options)
    expected = torch.func.grad(materialised(y, options_of("all", more)), (0, 1, 2))(*tensors(arrays, grad=False))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        work = torch.func.grad(loss, (0, 1, 2)) if functional else loss
        found = torch.compile(work, fullgraph=True, backend="aot_eager")(*given)
        close(found if functional else torch.autograd.grad(found, given), expected)


JAX = {
    "jit": lambda f: lambda *given: (jax.jit(f)(*given),),
    "grad": lambda f: jax.jit(jax.grad(f, (0, 1, 2))),
    "jvp": lambda f: lambda *given: jax.jvp(f, given, given),
    "vmap of grad": lambda f: lambda x, a, b: (jax.vmap(jax.grad(f, 1), (0, None, None))(jnp.stack([x, -x]), a, b),),
    "hessian": lambda f: lambda *given: (jax.hessian(f, 2)(*given),),
}


@pytest.mark.parametrize("name", JAX)
def test_jax(data, name):
    arrays, y, more = data
    given, options = tuple(map(jnp.asarray, arrays)), options_of("all", more)
    close(JAX[name](ours(y, 4, options))(*given), JAX[name](materialised(y, options))(*given))


def test_jax_makes_each_chunk_once(data):
    """The products of a chunk in the scan, and of the last one: one forward, one for each of two gradients."""
    (x, a, b), y, _ = data
    program = str(jax.make_jaxpr(jax.value_and_grad(ours(y, 4, {}), (0, 1)))(*map(jnp.asarray, (x, a, b))))
    assert program.count("dot_general") == 2 * 3


@pytest.mark.parametrize("name", ["weight", "sample_weight"])
def test_jax_differentiates_what_the_divisor_depends_on(data, name):
    arrays, y, more = data
    options = options_of("all", more)

    def by(given, chunk):
        return ours(y, chunk, options | {name: given}, normalizer="weights")(*map(jnp.asarray, arrays))

    found, expected = (jax.grad(by)(jnp.asarray(more[name]), chunk) for chunk in (4, None))
    close((found,), (expected,))


def test_mixed_precision(data):
    arrays, y, _ = data
    given = [each.float().detach().requires_grad_() for each in tensors(arrays)]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = [ours(y, chunk, {})(*given) for chunk in (4, None)]
    assert [each.dtype for each in found] == [torch.float32] * 2
    plain = ours(y, None, {})(*given)
    assert [float(each.detach()) for each in found] == pytest.approx([float(plain.detach())] * 2, rel=1e-6)
    half = [each.detach().bfloat16().requires_grad_() for each in given]
    ours(y, 4, {})(*half).backward()
    assert [each.grad.dtype for each in half] == [torch.bfloat16] * 3


# --- memory ---------------------------------------------------------------------------------------------------------


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
    x = torch.tensor(rng.normal(size=(rows, 8)))
    a = torch.tensor(rng.normal(size=(classes, 8)))
    y = rng.integers(0, classes, rows)

    def loss(x, a):
        return al.linear_cross_entropy(x, a, y, chunk_size=32)

    def both(x, a):
        x, a = x.clone().requires_grad_(), a.clone().requires_grad_()
        torch.autograd.grad(
            sum(g.square().sum() for g in torch.autograd.grad(loss(x, a), (x, a), create_graph=True)), x
        )

    for work in (loss, torch.func.grad(loss, (0, 1)), both):
        with Largest() as largest:
            work(x, a)
        assert largest.count <= 32 * classes


@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_memory_of_numpy(rng, reduction):
    rows, features, classes = 2048, 16, 8192
    x, a = rng.normal(size=(rows, features)).astype("f4"), rng.normal(size=(classes, features)).astype("f4")
    y, logits = rng.integers(0, classes, rows), rows * classes * 4
    loss = al.value_and_grad(
        lambda x, a: np.sum(al.linear_cross_entropy(x, a, y, chunk_size=64, reduction=reduction)), (0, 1)
    )
    gc.collect()
    tracemalloc.start()
    loss(x, a)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < (0.15 if reduction == "mean" else 0.25) * logits


PEAK = """
import numpy, torch, array_losses as al
def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
rows, features, classes = 4096, 16, 16384
x, a = torch.randn(rows, features, requires_grad=True), torch.randn(classes, features, requires_grad=True)
y = torch.randint(0, classes, (rows,))
al.linear_cross_entropy(x[:64], a, y[:64], chunk_size=16).backward()
before = peak()
al.linear_cross_entropy(x, a, y, chunk_size=128).backward()
print((peak() - before) * 1024 / (rows * classes * 4))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells the peak")
def test_memory_of_torch():
    """As the system counts, holes of the heap included: one array of logits would be 1, and autograd keeps three."""
    told = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True).stdout
    assert float(told) < 0.3


def test_memory_of_jax():
    shapes = [
        jax.ShapeDtypeStruct(shape, dtype)
        for shape, dtype in (((8192, 64), jnp.float32), ((32000, 64), jnp.float32), ((8192,), jnp.int32))
    ]
    whole = jax.jit(jax.value_and_grad(al.linear_cross_entropy, (0, 1))).lower(*shapes).compile().memory_analysis()
    assert whole.temp_size_in_bytes < 0.1 * 8192 * 32000 * 4


# --- mistakes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"input": np.ones((2, 3, 5))}, al.ShapeError, r"`input` must have shape \(N, D\) or \(D,\), got \(2, 3, 5\)"),
        (
            {"linear_weight": np.ones((7, 4))},
            al.ShapeError,
            r"shape \(C, \*S, D\) = \(C, \*S, 5\), got \(7, 4\)",
        ),
        ({"linear_bias": np.ones(3)}, al.ShapeError, r"`linear_bias` must have shape \(C, \*S\) = \(7,\), got \(3,\)"),
        (
            {"target": np.ones((ROWS, 6))},
            al.ShapeError,
            r"must have shape \(N, C, \*S\) = \(23, 7\), got \(23, 6\)",
        ),
        ({"target": np.full(ROWS, 7)}, al.DomainError, r"hold class ids in \[0, 7\) or ignore_index = -100, got 7"),
        ({"chunk_size": 0}, al.OptionError, "`chunk_size` must be an integer >= 1 or None, got 0"),
        ({"chunk_size": 2.0}, al.DTypeError, "`chunk_size` must be an integer >= 1 or None, got 2.0"),
        ({"softcap": 0.0}, al.OptionError, "`softcap` must be a finite number > 0 or None, got 0.0"),
    ],
)
def test_mistakes(data, change, error, message):
    (x, a, _), y, _ = data
    with pytest.raises(error, match=message):
        al.linear_cross_entropy(**{"input": x, "linear_weight": a, "target": y, **change})
