"""Derivatives of their own: each numeric that has one gives what the derivative of its portable body is."""

from importlib import import_module
from pkgutil import iter_modules

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from jax.test_util import check_grads

import array_losses as al
from array_losses import numerics
from array_losses.autodiff.sum_gradients import tape_gradients
from array_losses.backends import backend_of, namespace

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 4))
P, A = RNG.uniform(0.05, 0.95, (3, 4)), RNG.uniform(size=(3, 4))
KEEP, IDS = X > -0.3, np.array([2, 0, 3])
LENGTHS_OF_ROWS = np.array([[1e150], [1e-150], [0.4]])
INF = np.array([[np.inf, -np.inf, np.inf, -np.inf, 800.0, -800.0, 0.0, 0.0]])
FAR = np.array([[np.inf, -np.inf, 1e300, -1e200, 1e5, -1e-5, 1e-200, 0.0]])
HARD = np.array([[1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0]])
CERTAIN = np.array([[0.0, 0.0, 1.0, 1.0, 1e-44, 1e-300, 0.5, 1e-20]])
FRAMES, THERE = RNG.normal(size=(4, 2, 3)), np.arange(4)[:, None] < np.array([4, 3])
LABELS, LENGTHS = np.array([[1, 1, 0], [2, 0, 0]]), np.array([2, 1])
CASES = {
    "abs_": (X,),
    "alignment_log_likelihood": (FRAMES, LABELS, THERE, LENGTHS, 0),
    "barron_of_number": (X, 0.5),
    "cauchy": (X,),
    "charbonnier": (X,),
    "clip": (X, -0.5, 0.7),
    "cosine_similarity": (X, P - 0.5, 0.9, 1),
    "entropy_of_logs": (np.log(P), 1),
    "fill": (X, KEEP, 0.25),
    "fill_weightless": (X, KEEP | True, 0.25),
    "focal_weighted": (A + 0.1, P, 1.5),
    "gaussian_nll": (X, A + 0.1, 1e-6),
    "geman_mcclure": (X,),
    "half_square": (X,),
    "masked_fill": (X, KEEP),
    "huber": (X, 0.7),
    "label_counts": (np.array([[2, 0, -1, 1], [3, 3, 3, 3], [-1, 0, 1, 2]]), X),
    "log1m_clamped": (P,),
    "log_clamped": (P,),
    "log_cosh": (X,),
    "log_loss": (P, A, None),
    "log1p_distance": (4 * P, A),
    "squared_log1p_distance": (4 * P, A),
    "log_softmax": (X, 1),
    "margin_violations": (X, IDS, 1.0, 1),
    "miss_probability": (X, A, None),
    "one_minus_exp": (-A,),
    "pair_slope": (X, np.round(2 * A).astype(int)),
    "pair_violations": (X, np.round(2 * A).astype(int)),
    "take_class": (X, IDS, 1),
    "scatter_class": (X[:, 0], IDS, 4, 1),
    "pinball": (X, 0.3, 0.7),
    "poisson_nll": (X, 4 * A, None),
    "poisson_nll_of_rate": (P, 4 * A, None, 1e-8),
    "power": (P, 2.5),
    "relative_entropy": (np.log(A), P),
    "relative_entropy_of_logs": (X, -A),
    "jensen_shannon": (X, np.log(A), 0.3),
    "relu": (X,),
    "select": (X, KEEP),
    "shifted_logsumexp": (X, X.max(axis=1, keepdims=True), 1),
    "sigmoid": (X,),
    "simplex_threshold": (X, 1),
    "smooth_absolute": (X, 0.7),
    "snap": (X, -9.0, 9.0),
    "softmax": (X, 0),
    "softplus": (X,),
    "softplus_sum": (X, A, None),
    "weighed": (X, A),
    "welsch": (X,),
    "where_positive": (A, X),
    "vector_norm": (X, 2, 1),
}
MORE = [
    ("alignment_log_likelihood", (FRAMES, LABELS[:, ::-1].copy(), THERE, np.array([3, 0]), 2)),
    ("alignment_log_likelihood", (FRAMES[:2], LABELS, THERE[:2], LENGTHS, 0)),
    ("alignment_log_likelihood", (np.where(FRAMES > 0.5, -np.inf, FRAMES), LABELS, THERE, LENGTHS, 0)),
    ("focal_weighted", (A + 0.1, P, np.array(1.5))),
    ("weighed", (INF, HARD)),
    ("focal_weighted", (np.array([[np.inf, 0.0]]), np.array([[1.0, 0.0]]), 2.0)),
    ("huber", (X, np.array(0.7))),
    ("huber", (INF, 2.0)),
    ("smooth_absolute", (X, np.array(0.7))),
    ("smooth_absolute", (INF, 2.0)),
    ("smooth_absolute", (0 * X, 0)),
    ("log_loss", (P, A, P)),
    ("log_loss", (P, np.array([[0.3], [1.0], [0.0]]), None)),
    ("log_loss", (CERTAIN, HARD, None)),
    ("log_loss", (CERTAIN, 0 * HARD + 0.3, None)),
    ("miss_probability", (X, A, P)),
    ("miss_probability", (INF, HARD, None)),
    ("margin_violations", (X, IDS, np.array(0.3), 1)),
    ("margin_violations", (INF[:, :4].repeat(3, 0), IDS, 0.5, 1)),
    ("simplex_threshold", (2 * X, 0)),
    ("one_minus_exp", (np.array([[0.0, -0.7, -0.6999, -50.0, -800.0, -np.inf, -1e-20]]),)),
    ("pinball", (X, 0.7, 0.3)),
    ("pinball", (X, np.array(0.3), np.array(0.7))),
    ("gaussian_nll", (X[:1], A + 0.1, 1e-6)),
    ("power", (P, 0.5)),
    ("power", (P, 1)),
    *[("power", (P, exponent)) for exponent in (2, 3.0, 4.0, 7, 8, 9.0)],
    ("power", (P, 0)),
    ("power", (P, np.array(2.5))),
    ("power", (np.array([0.0, 1e-320, 0.5]), 1.5)),
    ("softplus", (INF,)),
    ("softplus_sum", (X, A, P)),
    ("softplus_sum", (INF, HARD, None)),
    ("softplus_sum", (INF, HARD, 1 - HARD)),
    ("softplus_sum", (X, np.array(0.3), None)),
    ("relative_entropy", (np.array([-np.inf, -1.0, 0.0, -800.0]), np.array([0.0, 0.0, 1.0, 1e-300]))),
    ("relative_entropy_of_logs", (INF[:, 1:], np.array([-np.inf, -800.0, -1.0, -np.inf, 0.0, -900.0, -np.inf]))),
    ("entropy_of_logs", (np.array([[-np.inf, -800.0, -1.0, 0.0]]), 1)),
    ("jensen_shannon", (X, np.log(A), np.array(0.7))),
    ("jensen_shannon", (0 * X, 0 * X, 0.5)),
    ("jensen_shannon", (np.array([-np.inf, -np.inf, -1.0, 0.0]), np.array([-np.inf, -2.0, -np.inf, -800.0]), 0.3)),
    ("barron_of_number", (FAR, 0.5)),
    ("barron_of_number", (FAR, -0.75)),
    ("barron_of_number", (X, 1.5)),
    ("barron_of_number", (X, 3.0)),
    ("cauchy", (FAR,)),
    ("charbonnier", (FAR,)),
    ("gaussian_nll", (X, A - 0.3, 0.25)),
    ("gaussian_nll", (X, A, np.array(0.5))),
    ("gaussian_nll", (X, 0 * A, 1e-6)),
    ("geman_mcclure", (FAR,)),
    ("log_cosh", (FAR,)),
    ("squared_log1p_distance", (P, P)),
    ("squared_log1p_distance", (np.array([[np.inf, 1.0, 1e100, 0.0]]), np.array([[1.0, np.inf, 0.0, 1e100]]))),
    ("log1p_distance", (P, P)),
    ("label_counts", (np.array([2, 0, -1, 1]), X[0])),
    ("pair_slope", (X[:, :0], IDS[:, None][:, :0])),
    ("pair_violations", (X[:, :0], IDS[:, None][:, :0])),
    ("pair_violations", (X[:0], IDS[:, None][:0])),
    ("pair_slope", (X[0], np.array([1, 0, 2, 0]))),
    ("pair_violations", (X[0], np.array([1, 0, 2, 0]))),
    ("pair_violations", (INF, HARD.astype(int))),
    ("pair_violations", (INF, np.ones((1, 8), int))),
    ("pair_violations", (-INF, 2 * HARD.astype(int))),
    ("pair_slope", (INF, HARD.astype(int))),
    ("poisson_nll", (X, 4 * A, P)),
    ("poisson_nll", (INF, HARD, None)),
    ("poisson_nll_of_rate", (P, 4 * A, P, np.array(0.25))),
    ("welsch", (FAR,)),
    ("relu", (0 * X,)),
    ("abs_", (0 * X,)),
    ("clip", (X, 0.0, 0.0)),
    ("cosine_similarity", (X, X[::-1] * LENGTHS_OF_ROWS, np.array(0.7), 1)),
    ("cosine_similarity", (X * KEEP[:, :1], X[::-1] * ~KEEP[:, :1], 1e-8, 0)),
    ("vector_norm", (X, 3.5, 0)),
    ("vector_norm", (X * KEEP, np.array(1.5), 1)),
    ("vector_norm", (X * KEEP[:, :1], 1.0, 1)),
    ("vector_norm", (np.array([[np.inf, 1.0], [0.0, 0.0], [3e200, -4e200]]), 2.0, 1)),
]
"""Other options, what broadcasts, kinks and infinities: first derivatives only."""
HOMES = [import_module(f"{numerics.__name__}.{each.name}") for each in iter_modules(numerics.__path__)]
NUMERICS = {
    name: each
    for home in HOMES
    for name, each in vars(home).items()
    if getattr(getattr(each, "numeric", None), "derivative", None)
}
OF_JAX = backend_of(jnp.zeros(())).own_derivatives


def test_each_has_a_case():
    assert NUMERICS.keys() == CASES.keys()


def floating(args):
    """The places of what may be differentiated."""
    return [i for i, each in enumerate(args) if isinstance(each, np.ndarray) and each.dtype.kind == "f"]


def of(args, places):
    """A function of the arrays at these places, the others as they are."""

    def fill(function, make, given):
        given = dict(zip(places, given, strict=True))
        rest = [make(each) if isinstance(each, np.ndarray) else each for each in args]
        return function(*[given.get(i, each) for i, each in enumerate(rest)])

    return fill


def by_torch(function, args):
    """The value and the gradients of a weighted sum."""
    places = floating(args)
    leaves = [torch.tensor(args[i], requires_grad=True) for i in places]
    value = of(args, places)(function, torch.tensor, leaves)
    weights = torch.arange(1.0, value.numel() + 1, dtype=torch.float64).reshape(value.shape)
    total = (value * weights).nan_to_num(0, 0, 0).sum()
    found = torch.autograd.grad(total, leaves, allow_unused=True) if total.requires_grad else [None] * len(leaves)
    return value.detach().numpy(), [torch.zeros(()) if each is None else each for each in found]


@pytest.mark.parametrize(("name", "args"), [*CASES.items(), *MORE])
def test_torch_gives_what_the_body_gives(name, args):
    mine, theirs = by_torch(NUMERICS[name], args), by_torch(NUMERICS[name].portable, args)
    seen = KEEP if name == "masked_fill" else ...  # what is hidden has any value
    np.testing.assert_allclose(mine[0][seen], theirs[0][seen], rtol=4e-15, atol=1e-300)
    for a, b in zip(mine[1], theirs[1], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("make", [np.asarray, jnp.asarray], ids=["numpy", "jax"])
@pytest.mark.parametrize(("name", "args"), [*CASES.items(), *MORE])
def test_native_values(name, args, make):
    args = [make(each) if isinstance(each, np.ndarray) else each for each in args]
    with np.errstate(all="ignore"):
        mine, theirs = NUMERICS[name](*args), NUMERICS[name].portable(*args)
    seen = KEEP if name == "masked_fill" else ...
    np.testing.assert_allclose(np.asarray(mine)[seen], np.asarray(theirs)[seen], rtol=4e-15, atol=1e-300)


@pytest.mark.parametrize("make", [np.asarray, strict.asarray, torch.tensor], ids=["numpy", "strict", "torch"])
@pytest.mark.parametrize(("name", "args"), [*CASES.items(), *MORE])
def test_the_tape_gives_what_the_body_gives(name, args, make):
    places = floating(args)
    value, expected = by_torch(NUMERICS[name].portable, args)
    weights = np.where(np.isfinite(value), np.arange(1.0, value.size + 1).reshape(value.shape), 0)

    def total(*arrays):
        given = dict(zip(held, arrays, strict=True))
        found = NUMERICS[name](*[given.get(i, each) for i, each in enumerate(args)])
        xp = namespace(found)
        return (xp.sum(xp.where(given["weights"] > 0, found * given["weights"], 0.0)),)

    held = [*[i for i, each in enumerate(args) if isinstance(each, np.ndarray)], "weights"]
    arrays = [make(weights if i == "weights" else args[i]) for i in held]
    with np.errstate(all="ignore"):
        found = tape_gradients(total, arrays, tuple(held.index(i) for i in places))[1]
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.asarray(a), np.broadcast_to(b, np.shape(a)), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("name", "args"), [each for each in [*CASES.items(), *MORE] if each[0] in OF_JAX])
def test_jax_gives_what_the_body_gives(name, args):
    places = floating(args)
    value, expected = by_torch(NUMERICS[name].portable, args)
    weights = np.arange(1.0, value.size + 1).reshape(value.shape)

    def total(*given):
        found = of(args, places)(NUMERICS[name], jnp.asarray, given) * weights
        return jnp.where(jnp.isfinite(found), found, 0.0).sum()

    given = [jnp.asarray(args[i]) for i in places]
    for differentiate in (jax.grad, jax.jacfwd):
        found = differentiate(total, argnums=tuple(range(len(given))))(*given)
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(np.asarray(a), np.broadcast_to(b, a.shape), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", sorted(OF_JAX - {"masked_fill"}))  # whose derivative is hidden, its value not
def test_second_derivatives_on_jax(name):
    args = CASES[name]
    fill = of(args, floating(args))
    check_grads(lambda *given: fill(NUMERICS[name], jnp.asarray, given), [args[i] for i in floating(args)], order=2)


@pytest.mark.parametrize("name", CASES)
def test_second_derivatives(name):
    """Of the derivative itself, on torch and by a tape on a tape."""
    args = CASES[name]
    places, fill = floating(args), of(args, floating(args))
    leaves = [torch.tensor(args[i], requires_grad=True) for i in places]
    assert torch.autograd.gradgradcheck(lambda *given: fill(NUMERICS[name], torch.tensor, given), leaves)

    def total(x):
        found = fill(NUMERICS[name], np.asarray, [x, *[args[i] for i in places[1:]]])
        return x.__array_namespace__().sum(found * found)

    al.check_gradient(total, args[places[0]], order=2)
