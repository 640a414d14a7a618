"""Gradients with respect to dicts, lists and tuples of arrays, and functions that return more than a number."""

from collections import OrderedDict, defaultdict, namedtuple

import dask.array as da
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al

Layer = namedtuple("Layer", "w b")
MAKERS = {
    "numpy": np.asarray,
    "torch": torch.asarray,
    "jax": jnp.asarray,
    "dask": da.from_array,
}
RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(6, 4)).astype(np.float32), RNG.integers(0, 3, 6)


def numbers(tree, make=lambda x: x.tolist() if hasattr(x, "tolist") else np.array(x).tolist()):
    """The tree with its arrays as lists, or as others."""
    if isinstance(tree, dict):
        return {key: numbers(each, make) for key, each in tree.items()}
    if isinstance(tree, Layer):
        return Layer(*(numbers(each, make) for each in tree))
    if isinstance(tree, list | tuple):
        return type(tree)(numbers(each, make) for each in tree)
    return None if tree is None else make(tree)


def model(make=np.asarray):
    arrays = {
        "layers": [Layer(RNG.normal(size=(4, 3)).astype(np.float32), RNG.normal(size=(1, 3)).astype(np.float32)), None],
        "scale": (RNG.normal(size=()).astype(np.float32),),
    }
    return arrays, numbers(arrays, make)


def apply(parameters, x):
    layer, nothing = parameters["layers"]
    assert nothing is None
    return (x @ layer.w + layer.b) * parameters["scale"][0]


def loss(parameters, x, y):
    logits = apply(parameters, x)
    value = al.cross_entropy(logits, y)
    sums = al.cross_entropy(logits, y, reduction="sums")
    return value, {"logits": logits, "value": value, "name": "run 1", "steps": [3, None], "sums": sums}


@pytest.mark.parametrize("library", MAKERS)
def test_a_model_of_dicts_lists_and_tuples(library):
    plain, own = model(MAKERS[library])
    x, y = MAKERS[library](X), MAKERS[library](Y)
    ((value, aux), (gradient,)) = al.value_and_grad(loss, argnums=(0,), has_aux=True)(own, x, y)
    expected = jax.grad(lambda p: loss(p, X, Y)[0])(numbers(plain, jnp.asarray))
    assert type(gradient["layers"][0]) is Layer
    assert gradient["layers"][1] is None
    for ours, theirs in zip(jax.tree.leaves(numbers(gradient)), jax.tree.leaves(numbers(expected)), strict=True):
        assert ours == pytest.approx(theirs, abs=1e-6)
    assert type(gradient["scale"][0]) is type(own["scale"][0])
    assert float(aux["logits"][0, 0]) == pytest.approx(float(apply(plain, X)[0, 0]), rel=1e-5)
    assert type(aux["logits"]) is type(x)
    assert float(aux["value"]) == float(value) == pytest.approx(float(aux["sums"].loss()), rel=1e-6)
    assert (aux["name"], aux["steps"]) == ("run 1", [3, None])
    alone, rest = al.grad(loss, has_aux=True)(own, x, y)
    assert numbers(alone) == numbers(gradient)
    assert rest.keys() == aux.keys()


@pytest.mark.parametrize("library", ["numpy", "torch", "jax"])
def test_containers_come_back_as_they_are(library):
    make = MAKERS[library]
    x = make(np.array([1.0, 2.0], np.float32))

    def total(ordered, default, alone):
        return al.mse_loss(ordered["b"] * default["a"] + 0 * alone, 0 * alone, reduction="sum")

    ordered, default = OrderedDict(b=x, a=x), defaultdict(list, a=make(np.array([3.0, 6.0], np.float32)))
    gradients = al.grad(total, (1, 0, 2))(ordered, default, x)
    first, second, third = gradients
    assert type(first) is defaultdict
    assert first.default_factory is list
    assert list(second) == ["b", "a"]
    assert type(second) is OrderedDict
    assert [numbers(each) for each in (dict(first), dict(second), third)] == [
        {"a": [6.0, 48.0]},
        {"b": [18.0, 144.0], "a": [0.0, 0.0]},
        [0.0, 0.0],
    ]
    assert default["a"] is not first["a"]


def test_gradients_of_gradients_of_trees():
    def energy(p):
        return np.sum(p["x"] ** 3 * p["y"])

    def slope(p):
        g = al.grad(energy)(p)
        return np.sum(g["x"]) + np.sum(g["y"])

    p = {"x": np.array([1.0, 2.0]), "y": np.array([3.0, -1.0])}
    second = al.grad(slope)(p)
    np.testing.assert_allclose(second["x"], 6 * p["x"] * p["y"] + 3 * p["x"] ** 2)
    np.testing.assert_allclose(second["y"], 3 * p["x"] ** 2)


def test_aux_of_an_inner_gradient_stays_differentiable():
    def inner(p):
        return np.sum(p["x"] ** 2), p["x"] ** 3

    def outer(p):
        _, cube = al.grad(inner, has_aux=True)(p)
        return np.sum(cube)

    np.testing.assert_allclose(al.grad(outer)({"x": np.array([2.0])})["x"], [12.0])


def test_trees_under_jit_and_torch_compile():
    def step(p, x, y):
        (value, logits), g = al.value_and_grad(lambda p: (al.mse_loss(x @ p["w"], y), x @ p["w"]), has_aux=True)(p)
        return value, logits, g

    w, y = np.ones(4, np.float32), np.zeros(6, np.float32)
    expected = step({"w": w}, X, y)
    found = jax.jit(step)({"w": jnp.asarray(w)}, X, y)
    compiled = torch.compile(step, fullgraph=True, backend="aot_eager")
    also = compiled({"w": torch.tensor(w)}, torch.tensor(X), torch.tensor(y))
    for each in (found, also):
        np.testing.assert_allclose(each[0], expected[0], rtol=1e-6)
        np.testing.assert_allclose(each[1], expected[1], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(each[2]["w"], expected[2]["w"], rtol=1e-5)


def test_a_torch_module_by_its_parameters():
    linear = torch.nn.Linear(4, 3)
    parameters = dict(linear.named_parameters())

    def objective(p):
        return al.cross_entropy(torch.func.functional_call(linear, p, torch.tensor(X)), torch.tensor(Y))

    gradient = al.grad(objective)(parameters)
    objective(parameters).backward()
    assert all(torch.allclose(gradient[name], each.grad) for name, each in parameters.items())


def test_half_precision_and_empty_arrays():
    p = {"a": np.ones((2, 3), np.float16), "b": np.ones((0, 3), np.float64)}
    gradient = al.grad(lambda p: al.mse_loss(p["a"], p["a"] * 0) + np.sum(p["b"]))(p)
    assert (gradient["a"].dtype, gradient["b"].shape) == (np.float16, (0, 3))


A, B = np.ones(2), np.ones(2, int)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: al.grad(lambda p: p["a"].sum())({"a": A, "b": [A, B]}),
            al.DTypeError,
            "grad of <lambda>: `argument 0['b'][1]` must hold floating-point numbers to be differentiated, got int64",
        ),
        (
            lambda: al.grad(lambda p: p[0].sum())([A, 2.0]),
            al.NamespaceError,
            "grad of <lambda>: `argument 0[1]` must be an array, got 2.0",
        ),
        (
            lambda: al.grad(lambda p: p.w.sum())(Layer(A, torch.ones(2))),
            al.NamespaceError,
            "grad of <lambda>: `argument 0.b` must be a NumPy array, as `argument 0.w` is, got a Tensor of shape (2,)",
        ),
        (
            lambda: al.grad(lambda p: np.sum(p))({}),
            al.NamespaceError,
            "grad of <lambda>: `argument 0` must hold an array, got a dict",
        ),
        (
            lambda: al.grad(lambda p: np.sum(p))(None),
            al.NamespaceError,
            "grad of <lambda>: `argument 0` must hold an array, got None",
        ),
        (
            lambda: al.grad(lambda p: (np.sum(p), p))(A),
            al.NamespaceError,
            "grad of <lambda>: `the result` must be a 0-d array, got a tuple; write has_aux=True for (value, aux)",
        ),
        (
            lambda: al.grad(lambda p: np.sum(p), has_aux=True)(A),
            al.ArgumentError,
            "grad of <lambda>: `the result` must be a pair (value, aux) for has_aux=True, got a Traced of shape ()",
        ),
        (
            lambda: al.grad(lambda p: (p, p), has_aux=True)(A),
            al.ShapeError,
            'grad of <lambda>: `the result` must be a 0-d array (reduction="mean" or "sum"), got shape (2,)',
        ),
        (
            lambda: al.grad(al.mse_loss, has_aux="yes"),
            al.DTypeError,
            'value_and_grad: `has_aux` must be True or False, got "yes"',
        ),
    ],
)
def test_what_is_no_tree_of_arrays(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
