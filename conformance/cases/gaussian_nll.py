"""Negative log-likelihood of a normal distribution."""

from dataclasses import replace

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Allowance, Case, Kink, Sample
from ..invalid import broadcastable, regression
from ..peer import Defect, NotCovered, Peer
from ..reference import EXACT, Cancelling, collect, exact
from ..robust import draw, infinite
from ..samples import elementwise as elementwise_samples
from ..samples import mask, poisoned


def reference(input, target, var, *, full=False, eps=1e-6, sample_weight=None, where=None):
    least = exact(eps)
    variances = spread(input, var)

    def element(index):
        v, d = max(exact(variances[index]), least), exact(input[index]) - exact(target[index])
        constant = EXACT.log(2 * EXACT.pi) / 2 if full else 0
        parts = (abs(EXACT.log(v)) + d**2 / v) / 2 + constant
        return Cancelling((EXACT.log(v) + d**2 / v) / 2 + constant, parts), 1.0

    return collect(input.shape, element, divisor="count", sample_weight=sample_weight, where=where)


def spread(input, var):
    """The variances of all elements."""
    var = np.asarray(var)
    absent = input.ndim > 0 and var.shape == input.shape[:-1]
    return np.broadcast_to(var[..., None] if absent else var, input.shape)


def samples(rng):
    def variances(shape):
        return rng.uniform(0.2, 3.0, shape)

    for each in elementwise_samples(rng, draw(rng)):
        var = variances(each.arrays[0].shape)
        if "nan" in each.label:
            var = poisoned(var, each.options["where"])
        yield replace(each, arrays=(*each.arrays, var))
    x, y = draw(rng)((4, 3))
    shapes = {"rows": (4,), "rows, with an axis": (4, 1), "columns": (3,), "one": (1,), "one number": ()}
    for name, shape in shapes.items():
        yield Sample(f"variances of {name}", (x, y, np.asarray(variances(shape))))
    kept = mask(rng, (4, 3))
    yield Sample("variances of rows, masked", (poisoned(x, kept), y, variances((4,))), {"where": kept})
    square = draw(rng)((3, 3))
    yield Sample("variances of rows of a square", (*square, variances((3,))))
    yield Sample("variances of channels", (*draw(rng)((2, 3, 2, 2)), variances((2, 1, 2, 2))))
    yield Sample("integer target and variance", (x, rng.integers(-3, 4, (4, 3)), rng.integers(1, 4, (4, 3))))
    yield Sample("full", (x, y, variances((4, 3))), {"full": True})
    yield Sample("eps 0.01", (x, y, variances((4, 3))), {"eps": 0.01})
    small = np.array([0.0, 1e-9, 0.25, 0.3, 1.0])
    yield Sample("small variances", (*draw(rng)((5,)), small), {"eps": 0.25}, smooth=False)
    big = (np.array([1e4, -1e4, 50.0, 1e-4]), np.array([-1e4, 50.0, -50.0, 0.0]), np.array([1e-3, 1e6, 1e4, 1e-5]))
    yield Sample("extreme", big)
    big = (np.array([1e200, 1.0, 1e-100]), np.array([1.0, 0.0, 0.0]), np.array([1e300, 1e300, 1.0]))
    yield Sample("huge and tiny", big, smooth=False)
    for each in infinite():
        yield replace(each, arrays=(*each.arrays, np.array([0.5, 1.0, 2.0])))


KINKS = (
    Kink(
        "variances below eps",
        (np.array([1.0, -2.0, 0.0]), np.zeros(3), np.array([0.0, 0.5, 0.25])),
        np.array([2.0, -4.0, 0.0]),
        {"eps": 0.5},
    ),
)


def invalid(good):
    yield from regression(good)
    yield from broadcastable(good, ("var",), good["input"].shape, "the shape of `input`")
    must = "hold values in [0, inf]"
    yield good.but(al.DTypeError, "var", good["var"] > 0, must, "bool")
    yield good.but(al.DTypeError, "var", good["var"].astype(np.complex64), "hold real numbers")
    for bad in (-1.0, -np.inf):
        yield good.value("var", (1, 2), bad, must)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torch(oracle, input, target, var, *, full=False, eps=1e-6, reduction):
    apart = [a != b for a, b in zip(var.shape, input.shape, strict=False)]
    if var.shape != input.shape[:-1] and (var.ndim != input.ndim or sum(apart) > 1):
        raise NotCovered("it broadcasts one axis")
    arrays = (each.astype(np.float64) for each in (input, target, var))
    return oracle.whole("gaussian_nll_loss", *arrays, full=full, eps=eps, reduction=reduction)


def textbook(np, x, y, v):
    return (np.log(v) + (x - y) ** 2 / v).mean() / 2


def draw_variances(rng, n):
    return (*benchmark_inputs.pair(rng, n), np.exp(benchmark_inputs.normal(rng, n)))


NONE = "no likelihood with variances"
CASE = Case(
    "gaussian_nll_loss",
    al.gaussian_nll_loss,
    samples,
    reference,
    differentiable=("input", "target", "var"),
    allowance=Allowance("the logarithm and the square may cancel, down to 0", scale=None),
    kinks=KINKS,
    invalid=invalid,
    promises=frozenset(
        {
            "permutable over the batch",
            "linear in the weights",
            "half the square at variance 1",
            "full adds a constant",
            "variances of rows have one axis less",
            "least at the squared error",
        }
    ),
    peers={"torch": Peer(by_torch), "optax": NONE, "keras": NONE, "sklearn": NONE},
    defects=(
        Defect(
            "torch.nn.functional",
            ("gaussian_nll_loss",),
            ("empty batch",),
            "nan",
            "the mean over nothing is NaN",
            "it divides 0 by 0",
            "pytorch#70348",
            reductions=("mean",),
        ),
        Defect(
            "torch.nn.functional",
            ("gaussian_nll_loss",),
            ("huge and tiny",),
            "inf",
            "inf for a large error of a large variance",
            "it squares the error before it divides",
        ),
    ),
    benchmarks=(Benchmark(draw=draw_variances, textbook=textbook, wrt=3),),
    demo=("predicted", "progress", "variances"),
)
