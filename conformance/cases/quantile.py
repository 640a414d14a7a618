"""Quantile."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Case, Kink, Sample
from ..peer import NotCovered, Peer
from ..reference import collect, exact
from ..samples import elementwise as elementwise_samples
from ..samples import mask, weights


def reference(input, target, *, tau=0.5, sample_weight=None, where=None):
    def element(index):
        level = exact(tau[index[-1]] if isinstance(tau, tuple) else tau)
        error = exact(target[index[:-1] if isinstance(tau, tuple) else index]) - exact(input[index])
        return (level * error if error > 0 else (level - 1) * error), 1.0

    return collect(input.shape, element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), rng.normal(size=shape)

    yield from elementwise_samples(rng, draw)
    yield Sample("integer target", (rng.normal(size=(2, 3)), rng.integers(-3, 4, (2, 3))))
    for tau in (0.1, 0.9, 0.0, 1.0):
        yield Sample(f"tau {tau}", draw((4, 3)), {"tau": tau})
    several = {"tau": (0.1, 0.5, 0.9)}
    yield Sample("several levels", (rng.normal(size=(4, 3)), rng.normal(size=4)), several)
    many = (rng.normal(size=(2, 3, 3)), rng.normal(size=(2, 3)))
    yield Sample("several levels, weighted", many, {**several, "sample_weight": weights(rng, (2,))})
    kept = mask(rng, (2, 3, 3))
    yield Sample("several levels, masked", many, {**several, "where": kept})
    yield Sample("kink", (np.array([1.0, 2.0]), np.array([1.0, 2.0])), smooth=False)
    yield Sample("extreme", (np.array([1e4, -1e4, 50.0, 1e-4]), np.array([-1e4, 50.0, -50.0, 0.0])))
    far = (np.array([np.inf, 0.5, -np.inf]), np.array([0.0, 1.0, 2.0]))
    yield Sample("infinite loss", far, smooth=False)


def invalid(good):
    y = good["target"]
    for bad in (y[:1], y[:, :1], y[None]):
        yield good.but(al.ShapeError, "target", bad, f"have shape (*S,) = {y.shape}")
    yield good.but(al.DTypeError, "target", y > 0, "hold numbers", "bool")
    for bad in (-0.1, 1.5, np.nan):
        yield good.but(al.OptionError, "tau", bad, "be a number in [0, 1]")
    yield good.but(al.DTypeError, "tau", "1", "be a number in [0, 1]")
    yield good.but(al.OptionError, "tau", (0.1, 1.5), "be a number in [0, 1]", "1.5")


def by_sklearn(oracle, input, target, *, tau=0.5, sample_weight=None, reduction):
    if reduction != "mean" or isinstance(tau, tuple) or sample_weight is not None or not np.all(np.isfinite(input)):
        raise NotCovered("only the mean of one level, of finite numbers without weights, which divide there")
    if not input.size:
        raise NotCovered("it refuses an empty batch")
    from sklearn.metrics import mean_pinball_loss

    return mean_pinball_loss(target.ravel(), input.ravel(), alpha=tau)


def textbook(np, x, y):
    return np.maximum(0.5 * (y - x), -0.5 * (y - x)).mean()


CASE = Case(
    "quantile_loss",
    al.quantile_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=(Kink("no error", (np.zeros(2), np.zeros(2)), np.zeros(2), {"tau": 0.3}),),
    invalid=invalid,
    promises=frozenset(
        {
            "nonnegative",
            "permutable over the batch",
            "linear in the weights",
            "translation invariant",
            "zero at the target",
        }
    ),
    peers={"sklearn": Peer(by_sklearn, reductions=("mean",))},
    benchmarks=(Benchmark(draw=benchmark_inputs.pair, textbook=textbook),),
    demo=("predicted", "progress"),
)
