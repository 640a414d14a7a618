"""Mean absolute percentage error."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Case, Kink, Sample
from ..invalid import regression
from ..peer import Defect, NotCovered, Peer
from ..reference import elementwise, exact
from ..robust import infinite
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, eps=1e-7, sample_weight=None, where=None):
    least = exact(eps)

    def formula(x, y):
        return 100 * abs(x - y) / max(abs(y), least)

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), rng.choice([-1, 1], shape) * rng.uniform(0.3, 3, shape)

    yield from elementwise_samples(rng, draw)
    yield Sample("integer target", (rng.normal(size=(2, 3)), rng.choice([-3, -1, 2, 4], (2, 3))))
    yield Sample("no error", (np.ones((2, 2)), np.ones((2, 2))), smooth=False)
    yield Sample("eps 1", draw((4, 3)), {"eps": 1.0})
    few = rng.uniform(-0.5, 0.5, 6)
    yield Sample("small targets", (rng.normal(size=6), few), {"eps": 0.75})
    edges = (np.array([1.0, -2.0, 0.25]), np.array([0.0, 0.5, -0.5]))
    yield Sample("targets of 0 and eps", edges, {"eps": 0.5}, smooth=False)
    yield Sample("targets of 0 left out", edges, {"where": edges[1] != 0})
    yield Sample("extreme", (np.array([1e4, -1e4, 50.0, 1e-4]), np.array([-1e4, 50.0, -50.0, 1.0])))
    yield Sample("huge and tiny", (np.array([1e300, -1e300, 1e-100]), np.array([1.0, 1e10, 1e-3])), smooth=False)
    yield from infinite()


KINKS = (
    Kink(
        "equal to the target, or 0",
        (np.array([2.0, 0.0, 3.0, 1.0]), np.array([2.0, 0.0, 2.0, 0.0])),
        np.array([0.0, 0.0, 50.0, 400.0]),
        {"eps": 0.25},
    ),
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_sklearn(oracle, input, target, *, reduction):
    """Without weights, by which its mean divides."""
    if np.any(np.abs(target) < 1e-7):
        raise NotCovered("it has its own least target")
    return 100 * oracle.elements("mean_absolute_percentage_error", input, target)


def textbook(np, x, y):
    return 100 * (abs(x - y) / abs(y)).mean()


DEFECTS = (
    Defect(
        "keras",
        ("mape_loss",),
        ("all masked", "all masked nan and inf"),
        "shape",
        "no number for an empty list",
        "it returns a list of no losses before it reduces",
        reductions=("mean", "sum"),
    ),
    Defect("keras", ("mape_loss",), ("infinite error of weight 0",), "nan", "NaN for weight 0", "0 * inf is NaN"),
    Defect(
        "scikit-learn",
        ("mape_loss",),
        ("empty batch", "all masked"),
        "error",
        "refuses to reduce nothing, and infinities",
        "it checks that there are samples and that all is finite",
        reductions=("mean",),
    ),
)
NONE = "no error in percent"
CASE = Case(
    "mape_loss",
    al.mape_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    invalid=regression,
    promises=frozenset(
        {
            "nonnegative",
            "permutable over the batch",
            "linear in the weights",
            "zero at the target",
            "monotone in the error",
            "the same in every unit",
        }
    ),
    peers={
        "torch": NONE,
        "optax": NONE,
        "keras": Peer("MeanAbsolutePercentageError", ("sample_weight",)),
        "sklearn": Peer(by_sklearn, reductions=("mean",)),
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=benchmark_inputs.pair, textbook=textbook),),
    demo=("predicted_size", "size"),
)
