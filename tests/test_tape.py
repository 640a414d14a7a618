"""The tape: right for every primitive, for users' own functions, and loud where it must be."""

import gc
import threading
import weakref

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al
from array_losses.autodiff.rules import CONSTANT, RULES
from conformance.case import cases
from conformance.kinds import one_of_each

DEVICE = strict.Device("device1")
CASES = {case.name: case for case in cases()}
SEED = 11


@pytest.mark.parametrize("name", one_of_each())
def test_difference_quotients(name):
    case = CASES[name]
    sample = next(iter(case.samples(np.random.default_rng(SEED))))
    for make in (np.array, strict.asarray, torch.tensor):
        arrays = [make(each) for each in sample.arrays]
        al.check_gradient(case.loss, *arrays, **sample.options, order=2)


def test_check_gradient_catches_a_wrong_one():
    """A constant in place of a variable leaves the value right and the gradient wrong."""
    from array_losses.numerics import stop_gradient

    with pytest.raises(al.GradientError, match="derivative 1 is"):
        al.check_gradient(lambda z: al.mse_loss(stop_gradient(z), V), V + 1)

    def right_once(z):
        s = stop_gradient(z)
        return np.sum(2 * s * z - s * s)  # z^2, with derivative 2 z, whose derivative is lost

    with pytest.raises(al.GradientError, match="derivative 2 is"):
        al.check_gradient(right_once, V)


# --- the primitives -------------------------------------------------------------------------------------------------

A = np.random.default_rng(1).uniform(0.2, 0.9, (3, 4))
B = np.random.default_rng(2).uniform(0.2, 0.9, (3, 4))
V = B[0]
C = 1.5 + A
IDS = np.array([2, 0, 2])

PRIMITIVES = {
    "add": lambda xp, x: x + V,
    "subtract": lambda xp, x: V - x,
    "multiply": lambda xp, x: x * V * x,
    "divide": lambda xp, x: V / x + x / 3.0,
    "pow": lambda xp, x: x**3 + x**-0.5 + 2.0**x + x**x,
    "negative": lambda xp, x: -x,
    "positive": lambda xp, x: +x * x,
    "reciprocal": lambda xp, x: xp.reciprocal(x),
    "square": lambda xp, x: xp.square(x),
    "sqrt": lambda xp, x: xp.sqrt(x),
    "abs": lambda xp, x: abs(x - 0.5),
    "matmul": lambda xp, x: (x @ xp.matrix_transpose(x)) @ (x @ x[0, :]) + (x[:, 1] @ x)[:3],
    "vecdot": lambda xp, x: xp.vecdot(x, x * V),
    "exp": lambda xp, x: xp.exp(x),
    "expm1": lambda xp, x: xp.expm1(x),
    "log": lambda xp, x: xp.log(x),
    "log1p": lambda xp, x: xp.log1p(x),
    "log2": lambda xp, x: xp.log2(x),
    "log10": lambda xp, x: xp.log10(x),
    "sin": lambda xp, x: xp.sin(x),
    "cos": lambda xp, x: xp.cos(x),
    "tan": lambda xp, x: xp.tan(x),
    "sinh": lambda xp, x: xp.sinh(x),
    "cosh": lambda xp, x: xp.cosh(x),
    "tanh": lambda xp, x: xp.tanh(x),
    "asin": lambda xp, x: xp.asin(x),
    "acos": lambda xp, x: xp.acos(x),
    "atan": lambda xp, x: xp.atan(x),
    "asinh": lambda xp, x: xp.asinh(x),
    "acosh": lambda xp, x: xp.acosh(x + 1),
    "atanh": lambda xp, x: xp.atanh(x),
    "logaddexp": lambda xp, x: xp.logaddexp(x, x[0, :]),
    "hypot": lambda xp, x: xp.hypot(x, x[0, :]),
    "atan2": lambda xp, x: xp.atan2(x, x[0, :] + 1),
    "where": lambda xp, x: xp.where(x > 0.5, x * x, 3 * x),
    "maximum": lambda xp, x: xp.maximum(x, 1.1 * x[0, :] - 0.01),
    "minimum": lambda xp, x: xp.minimum(x, 1.1 * x[0, :]),
    "clip": lambda xp, x: xp.clip(x, 0.3, 0.6),
    "sum": lambda xp, x: xp.sum(x * x, axis=0) + xp.sum(x * x, axis=-1)[0],
    "mean": lambda xp, x: xp.mean(x * x, axis=1, keepdims=True) + xp.mean(x),
    "max": lambda xp, x: xp.max(x * x, axis=0),
    "min": lambda xp, x: xp.min(x * x),
    "var": lambda xp, x: xp.var(x, axis=0, correction=1),
    "std": lambda xp, x: xp.std(x, axis=(0, 1)),
    "cumulative_sum": lambda xp, x: xp.cumulative_sum(x * x, axis=1),
    "reshape": lambda xp, x: xp.reshape(x * x, (2, 6)),
    "expand_dims": lambda xp, x: xp.expand_dims(x, axis=1) * x,
    "squeeze": lambda xp, x: xp.squeeze(xp.expand_dims(x * x, axis=0), axis=0),
    "broadcast_to": lambda xp, x: xp.broadcast_to(x[1:2, :] * x[0, 0], (3, 4)),
    "permute_dims": lambda xp, x: xp.permute_dims(x * x, (1, 0)) + x.T,
    "moveaxis": lambda xp, x: xp.moveaxis(x * x, 0, 1),
    "matrix_transpose": lambda xp, x: xp.matrix_transpose(x) * x.mT,
    "flip": lambda xp, x: xp.flip(x, axis=1) * x,
    "concat": lambda xp, x: xp.concat([x, x * x], axis=1),
    "stack": lambda xp, x: xp.stack([x, x * x], axis=-1),
    "astype": lambda xp, x: xp.astype(x, x.dtype) * x,
    "getitem": lambda xp, x: x[1, ::2] * x[0, 1] + x[..., None, -1][0, :] * x[2, -1:-4:-2] + x[:, 3][:2],
    "sort": lambda xp, x: xp.sort(x * x, axis=1)[:, 0] * x[:, 0],
    "take": lambda xp, x: xp.take(x * x, xp.asarray([2, 0, 2]), axis=0),
    "take_along_axis": lambda xp, x: xp.take_along_axis(x * x, xp.asarray([[2, 0], [1, 1], [3, 0]]), axis=1),
}


def test_every_rule_has_a_test():
    assert set(PRIMITIVES) == set(RULES)
    assert not set(RULES) & CONSTANT


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_primitive(name):
    """Against difference quotients, twice; the same on the strict namespace."""
    f = PRIMITIVES[name]

    def total(x):
        xp = x.__array_namespace__()
        return xp.sum(f(xp, x))

    al.check_gradient(total, A, order=2)
    if name not in ("add", "subtract", "multiply", "divide", "vecdot"):  # these use a NumPy constant
        expected = al.grad(total)(A)
        found = al.grad(total)(strict.asarray(A))
        np.testing.assert_allclose(np.asarray(found._array), expected, rtol=1e-13)


# --- users ----------------------------------------------------------------------------------------------------------


def test_users_own_functions():
    """NumPy's own functions on the traced array, closures, several arguments, compositions, gradients of gradients."""
    c = np.array([1.0, 2.0, 3.0])
    x = np.array([0.1, 0.2, 0.3])
    np.testing.assert_allclose(al.grad(lambda z: np.sum(np.exp(z) * c))(x), np.exp(x) * c)
    np.testing.assert_allclose(al.grad(lambda z: np.mean(c * z**2))(x), 2 * c * x / 3)
    gradients = al.grad(lambda a, b: np.sum(a * b), argnums=(0, 1))(x, c)
    np.testing.assert_allclose(gradients, (c, x))
    loss = 0.5 * al.MSELoss() + al.L1Loss()
    np.testing.assert_allclose(al.grad(loss)(x, c), al.grad(loss)(torch.tensor(x), torch.tensor(c)).numpy(), rtol=1e-14)
    third = al.grad(lambda z: np.sum(al.grad(lambda y: np.sum(al.grad(lambda w: np.sum(w**4))(y)))(z)))(x)
    np.testing.assert_allclose(third, 24 * x, rtol=1e-13)
    np.testing.assert_allclose(al.grad(lambda z: al.mse_loss(c, z))(x), 2 * (x - c) / 3, rtol=1e-14)


def test_a_gradient_within_a_gradient_sees_what_it_captures():
    """d/dx of x * d/dy (x y^2) at y = 3 is 12 x: the inner gradient depends on the captured x."""
    for make in (np.asarray, torch.tensor, jnp.asarray):
        x, y = make(np.array(2.0)), make(np.array(3.0))
        found = al.grad(lambda x, y=y: x * al.grad(lambda y: x * y * y)(y))(x)
        assert float(found) == pytest.approx(24.0)


def test_results_belong_to_the_caller():
    x = np.ones((2, 3))
    gradient = al.grad(lambda z: np.sum(z))(x)
    gradient += 1  # writable, and shares nothing
    np.testing.assert_array_equal(x, np.ones((2, 3)))
    for dtype in (np.float16, np.float32, np.float64):
        assert al.grad(al.mse_loss)(x.astype(dtype), x).dtype == dtype
    assert al.grad(al.mse_loss)(strict.asarray(x, device=DEVICE), x).device == DEVICE
    unused = al.grad(lambda a, b: np.sum(a), argnums=1)(x, x)
    np.testing.assert_array_equal(unused, np.zeros((2, 3)))


def test_hessian_diagonals():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    for make in (np.asarray, torch.tensor, jnp.asarray, strict.asarray):
        found = al.hessian_diagonal(al.CrossEntropyLoss(reduction="sum"))(make(z), make(y))
        found = found._array if hasattr(found, "_array") else found
        np.testing.assert_allclose(np.asarray(found), p * (1 - p), rtol=1e-12)
    np.testing.assert_allclose(al.hessian_diagonal(al.mse_loss)(z, z * 0), np.full((4, 3), 2 / 12), rtol=1e-14)
    other = al.hessian_diagonal(lambda x: np.sum(x**3) * np.sum(x))(z[0])
    np.testing.assert_allclose(other, 6 * z[0] * z[0].sum() + 6 * z[0] ** 2, rtol=1e-12)
    last = al.hessian_diagonal(al.CrossEntropyLoss(axis=0, reduction="sum"))(z.T.copy(), y)
    np.testing.assert_allclose(last, (p * (1 - p)).T, rtol=1e-12)
    dice = al.DiceLoss(reduction="sum")
    found, wanted = (al.hessian_diagonal(dice, structure=each)(z, y[:, None] == range(3)) for each in ("auto", "dense"))
    np.testing.assert_array_equal(found, wanted)


def test_hessian_diagonals_by_structure():
    """The structure given is used, whatever the loss says: with "diagonal" the rows of its Hessian are added up."""
    z, y = np.random.default_rng(0).normal(size=(2, 3)), [0, 2]
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    loss = al.CrossEntropyLoss(reduction="sum")
    for structure in ("auto", 1, -1, "dense"):
        found = al.hessian_diagonal(loss, structure=structure)(z, y)
        np.testing.assert_allclose(found, p * (1 - p), rtol=1e-12)
    np.testing.assert_allclose(
        al.hessian_diagonal(loss, structure="diagonal")(z, y), 0, atol=1e-15
    )  # softmax: they sum to 0
    np.testing.assert_allclose(al.hessian_diagonal(lambda x: np.sum(x**3), structure="diagonal")(z), 6 * z)


BAD = [
    (
        lambda: al.grad(al.mse_loss)(A, A, reduction="none"),
        al.ShapeError,
        'grad of mse_loss: `the result` must be a 0-d array (reduction="mean" or "sum"), got shape (3, 4)',
    ),
    (
        lambda: al.grad(lambda x: 3.0)(A),
        al.NamespaceError,
        "grad of <lambda>: `the result` must be a 0-d array, got 3.0",
    ),
    (
        lambda: al.grad(al.cross_entropy, 1)(A, IDS),
        al.DTypeError,
        "grad of cross_entropy: `argument 1` must hold floating-point numbers to be differentiated, got int64",
    ),
    (
        lambda: al.grad(al.mse_loss)([1.0], [1.0]),
        al.NamespaceError,
        "grad of mse_loss: `argument 0[0]` must be an array, got 1.0",
    ),
    (
        lambda: al.grad(al.mse_loss, 2)(A, A),
        al.ArgumentError,
        "grad of mse_loss: argument 2 is to be differentiated, but 2 positional arguments came",
    ),
    (
        lambda: al.grad(al.mse_loss, "input"),
        al.OptionError,
        'value_and_grad: `argnums` must be a number >= 0 or a tuple of them, got "input"',
    ),
    (
        lambda: al.grad(lambda x: np.prod(x))(A),
        al.MissingRuleError,
        "`prod` has no derivative rule: write the function with others of the Array API, or take what needs no derivative out of it",
    ),
    (
        lambda: al.grad(lambda x: al.mse_loss(x, torch.tensor(A)))(A),
        al.NamespaceError,
        "mse_loss: `target` is a PyTorch tensor, `input` a NumPy array; convert it: target.numpy(force=True)",
    ),
    (
        lambda: al.grad(lambda x: np.sum(x) if x[0, 0] > 0 else np.sum(-x))(A),
        TypeError,
        "the value of a traced array is not to be looked at: use xp.where(condition, a, b) in place of `if`",
    ),
    (
        lambda: al.grad(lambda x: np.asarray(float(x[0, 0])))(A),
        TypeError,
        "a traced array is no Python number: leave it an array, or its derivative would be lost",
    ),
    (
        lambda: al.grad(lambda x: x.__setitem__(0, 1.0))(A),
        TypeError,
        "a traced array cannot be written to: use xp.where",
    ),
    (
        lambda: al.grad(lambda x: np.sum(x[x > 0.5]))(A),
        al.MissingRuleError,
        "only integers, slices, None and ... index a traced array: use xp.take or xp.where",
    ),
    (
        lambda: al.hvp(al.mse_loss)(V, A, A),
        al.ShapeError,
        "hvp: `vector` must be an array of shape (3, 4), got a ndarray of shape (4,)",
    ),
    (
        lambda: al.hessian_diagonal(al.mse_loss, structure="rows")(A, A),
        al.OptionError,
        'hessian_diagonal: `structure` must be "auto", "diagonal", "dense" or an axis of an array of shape (3, 4), got "rows"',
    ),
    (
        lambda: al.hessian_diagonal(al.mse_loss, structure=2)(A, A),
        al.OptionError,
        'hessian_diagonal: `structure` must be "auto", "diagonal", "dense" or an axis of an array of shape (3, 4), got 2',
    ),
    (
        lambda: al.hessian_diagonal(al.mse_loss, structure=True)(A, A),
        al.OptionError,
        'hessian_diagonal: `structure` must be "auto", "diagonal", "dense" or an axis of an array of shape (3, 4), got True',
    ),
    (
        lambda: al.hessian_diagonal(al.mse_loss, structure=None)(A, A),
        al.OptionError,
        'hessian_diagonal: `structure` must be "auto", "diagonal", "dense" or an axis of an array of shape (3, 4), got None',
    ),
    (
        lambda: al.hessian_diagonal(al.mse_loss, coupled=None),
        al.ArgumentError,
        'hessian_diagonal: unknown option `coupled`; it is `structure` now: "diagonal" in place of None, "dense" in place of "all", or an axis',
    ),
    (
        lambda: al.hessian_diagonal(al.mse_loss, strukture=1),
        al.ArgumentError,
        "hessian_diagonal: unknown option `strukture`; did you mean `structure`?",
    ),
    (
        lambda: al.hessian_diagonal(al.mse_loss)(),
        al.ArgumentError,
        "grad of mse_loss: argument 0 is to be differentiated, but 0 positional arguments came",
    ),
    (
        lambda: al.grad(al.cross_entropy)(A, [0, 1, 9]),
        al.DomainError,
        "cross_entropy: `target` must hold class ids in [0, 4) or ignore_index = -100, got 9 at position (2)",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), BAD, ids=[message[:50] for _, _, message in BAD])
def test_mistakes(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


# --- memory and threads ---------------------------------------------------------------------------------------------


def test_a_long_chain_is_freed_without_the_cycle_collector():
    alive = []

    def chain(x):
        for _ in range(20_000):
            x = x * 1.0001
        alive.append(weakref.ref(x))
        return np.sum(x)

    gc.disable()
    try:
        al.grad(chain)(np.ones(3))
        assert alive[0]() is None
    finally:
        gc.enable()


def test_threads_do_not_meet():
    results = {}

    def work(i):
        x = np.full((50, 10), float(i))
        y = np.arange(50) % 10
        for _ in range(20):
            results[i] = al.grad(al.cross_entropy)(x + np.eye(50, 10) * i, y)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for i in range(4):
        x = np.full((50, 10), float(i)) + np.eye(50, 10) * i
        np.testing.assert_array_equal(results[i], al.grad(al.cross_entropy)(x, np.arange(50) % 10))


def test_torch_and_jax_transforms_go_through():
    """`al.grad` inside torch.func, torch.compile and jax.jit."""
    x = torch.tensor(A)
    expected = al.grad(al.mse_loss)(A, B)
    compiled = torch.compile(lambda a, b: al.value_and_grad(al.mse_loss)(a, b)[1], fullgraph=True, backend="aot_eager")
    np.testing.assert_allclose(compiled(x, torch.tensor(B)), expected, rtol=1e-14)
    rows = torch.func.vmap(al.grad(al.mse_loss))(x, torch.tensor(B))
    np.testing.assert_allclose(rows, expected * 3, rtol=1e-14)
    np.testing.assert_allclose(jax.jit(al.grad(al.mse_loss))(jnp.asarray(A), jnp.asarray(B)), expected, rtol=1e-14)
    stacked = torch.func.vmap(lambda w: al.grad(lambda a: (w * a**2).sum())(x[0]))(torch.ones(3, 4))
    np.testing.assert_allclose(stacked, 2 * np.stack([A[0]] * 3))
    with torch.inference_mode():
        np.testing.assert_allclose(al.grad(al.mse_loss)(torch.tensor(A), torch.tensor(B)), expected, rtol=1e-14)


def test_a_gradient_keeps_the_graph_of_what_it_captures():
    """A gradient penalty on a parameter, as with `torch.func.grad`."""
    weight, x = torch.tensor([2.0, 3.0], requires_grad=True), torch.ones(2)
    penalty = (al.grad(lambda a: (weight * a**2).sum())(x) ** 2).sum()
    (weight.sum() + penalty).backward()
    np.testing.assert_allclose(weight.grad, [17.0, 25.0])


LOST = [
    (lambda: al.grad(lambda a: np.sum(np.hstack([a, a])))(V), "`hstack` has no derivative rule"),
    (lambda: al.grad(lambda low: np.sum(np.clip(V, low, 10.0)))(np.array(0.5)), "`clip with respect to all"),
    (lambda: al.grad(lambda a: np.sum(np.full_like(V, a)))(np.array(3.0)), "has no derivative rule"),
    (lambda: al.grad(lambda a: np.linalg.norm(a))(V), "`numpy.linalg.norm` has no derivative rule"),
    (lambda: al.grad(lambda a: np.sum(a, where=V > 0.5))(V), "`sum with these arguments"),
]


@pytest.mark.parametrize(("call", "message"), LOST, ids=[message for _, message in LOST])
def test_no_derivative_is_lost_in_silence(call, message):
    with pytest.raises(al.MissingRuleError, match=message):
        call()


def test_what_users_of_numpy_write():
    def f(a):
        return np.sum(np.concatenate([a, a * a])) + np.sum(a[np.int64(1)] * np.transpose(a[:, None], (1, 0)))

    np.testing.assert_allclose(al.grad(f)(V), 1 + 2 * V + V[1] + np.eye(4)[1] * V.sum())
    assert al.grad(lambda x: np.sum(np.ones((3, 3)) @ x))(np.ones(3, np.float32)).dtype == np.float32
    weights = np.array([1.0, 3.0])
    logits = np.array([[1.0, 2.0], [0.0, 1.0]])
    np.testing.assert_allclose(
        al.grad(lambda w: al.CrossEntropyLoss(weight=w)(logits, [0, 1]))(weights),
        al.grad(lambda w: al.cross_entropy(logits, [0, 1], w))(weights),
    )
    np.testing.assert_allclose(al.grad(lambda n: al.mse_loss(weights, [0.0, 0.0], normalizer=n))(np.array(2.0)), -2.5)
    np.testing.assert_allclose(al.hessian_diagonal(lambda x: np.sum(x**3))(V), 6 * V)
    np.testing.assert_allclose(al.hessian_diagonal(lambda x: (x**3).sum())(torch.tensor(V)), 6 * V)
