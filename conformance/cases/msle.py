"""Mean squared logarithmic error."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Allowance, Case, Kink, Sample
from ..invalid import regression
from ..peer import Defect, NotCovered, Peer
from ..reference import EXACT, elementwise, exact
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, eps=1e-7, sample_weight=None, where=None):
    least = exact(eps)

    def formula(x, y):
        return (EXACT.log1p(max(x, least)) - EXACT.log1p(max(y, least))) ** 2

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return rng.exponential(3.0, shape), rng.exponential(3.0, shape)

    yield from elementwise_samples(rng, draw)
    yield Sample("integer target", (rng.exponential(size=(2, 3)), rng.integers(1, 4, (2, 3))))
    yield Sample("no error", (np.ones((2, 2)), np.ones((2, 2))))
    yield Sample("small errors", (1 + 1e-6 * rng.normal(size=(4, 3)), np.ones((4, 3))))
    yield Sample("negative", (rng.normal(size=8), rng.normal(size=8)))
    yield Sample("eps 0", draw((4, 3)), {"eps": 0.0})
    yield Sample("eps 1", draw((4, 3)), {"eps": 1.0})
    edges = (np.array([0.0, 0.5, -1.0, 0.5, 2.0]), np.array([0.0, 3.0, 2.0, 0.5, 0.5]))
    yield Sample("kinks", edges, {"eps": 0.5}, smooth=False)
    far = (np.array([1e4, 0.0, 50.0, 1e-4]), np.array([0.5, 1e4, 50.5, 0.0]))
    yield Sample("extreme", far, {"eps": 0.0}, smooth=False)
    yield Sample("huge and tiny", (np.array([1e100, 1e-3, 1e-100]), np.array([1.0, 1e100, 0.0])), smooth=False)
    far = (np.array([np.inf, 0.5, -np.inf]), np.array([0.0, 1.0, 2.0]))
    yield Sample("infinite loss", far, smooth=False)
    yield Sample("infinite loss of weight 0", far, {"sample_weight": np.array([0.0, 1.0, 1.0])}, smooth=False)


KINKS = (
    Kink(
        "at eps and below",
        (np.array([1.0, 0.5, 3.0]), np.array([3.0, 3.0, 3.0])),
        np.array([-np.log(2.0), 0.0, 0.0]),
        {"eps": 1.0},
    ),
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_sklearn(oracle, input, target, *, eps=1e-7, reduction):
    """Without weights, by which its mean divides."""
    if np.any(input < eps) or np.any(target < eps):
        raise NotCovered("it takes nothing negative")
    return oracle.elements("mean_squared_log_error", input, target)


def textbook(np, x, y):
    return ((np.log1p(x) - np.log1p(y)) ** 2).mean()


def draw_sizes(rng, n):
    return tuple(np.exp(each) for each in benchmark_inputs.pair(rng, n))


DEFECTS = (
    Defect(
        "keras",
        ("msle_loss",),
        ("all masked", "all masked nan and inf"),
        "shape",
        "no number for an empty list",
        "it returns a list of no losses before it reduces",
        reductions=("mean", "sum"),
    ),
    Defect("keras", ("msle_loss",), ("infinite loss of weight 0",), "nan", "NaN for weight 0", "0 * inf is NaN"),
    Defect(
        "scikit-learn",
        ("msle_loss",),
        ("empty batch", "all masked"),
        "error",
        "refuses to reduce nothing",
        "it checks that there are samples",
        reductions=("mean",),
    ),
)
NONE = "no error of logarithms"
CASE = Case(
    "msle_loss",
    al.msle_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("the square doubles the relative error of a logarithm of a rounded ratio", ulps=8.0),
    kinks=KINKS,
    invalid=regression,
    promises=frozenset(
        {
            "nonnegative",
            "permutable over the batch",
            "linear in the weights",
            "symmetric",
            "zero at the target",
            "the square of the logarithm of a ratio",
        }
    ),
    peers={
        "torch": NONE,
        "optax": NONE,
        "keras": Peer("MeanSquaredLogarithmicError", ("sample_weight",), scale=1.0),
        "sklearn": Peer(by_sklearn, reductions=("mean",), scale=1.0),
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=draw_sizes, textbook=textbook),),
    demo=("predicted_size", "size"),
)
