"""Barron's general robust loss."""

from dataclasses import replace

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Allowance, Case, Sample
from ..invalid import regression
from ..reference import EXACT, exact
from ..robust import PROMISES, draw, extreme, infinite, robust, scales
from ..robust import samples as robust_samples


def reference(input, target, *, alpha=1.0, **options):
    a = exact(alpha)

    def curve(x):
        if a == 2:
            return x**2 / 2
        if a == 0:
            return EXACT.log1p(x**2 / 2)
        if a == -EXACT.inf:
            return -EXACT.expm1(-(x**2) / 2)
        width = abs(a - 2)
        return width / a * EXACT.expm1(a / 2 * EXACT.log1p(x**2 / width))

    limit = (1 if a == -EXACT.inf else (a - 2) / a) if a < 0 else EXACT.inf
    return robust(curve, limit, input, target, **options)


def samples(rng):
    yield from robust_samples(rng)
    yield from scales(rng)
    for alpha in (2.0, 0.0, -2.0, -np.inf, 1.5, 0.5, -0.75, -40.0, 3.0):
        yield Sample(f"alpha {alpha:g}", draw(rng)((4, 3)), {"alpha": alpha})
        yield Sample(f"alpha {alpha:g}, an array", draw(rng)((4, 3)), {"alpha": np.asarray(alpha)})
    for alpha in (1e-30, 1e-9, 2 - 1e-9, -1e9, -1e30):
        yield Sample(f"alpha {alpha:g}, near a limit", draw(rng)((4, 3)), {"alpha": np.asarray(alpha)})
    for alpha in (0.0, 1.0, -2.0):
        yield Sample(f"alpha {alpha:g}, an array, extreme", extreme(), {"alpha": np.asarray(alpha)})
    yield Sample("alpha 0.75 and scale", draw(rng)((4, 3)), {"alpha": 0.75, "scale": np.asarray(1.7)})
    for alpha in (-np.inf, -1.0, 0.5):
        for each in infinite(alpha=alpha):
            yield replace(each, label=f"{each.label}, alpha {alpha:g}")


def invalid(good):
    yield from regression(good)
    must = "be a number in [-inf, inf)"
    for bad in (np.inf, np.nan):
        yield good.but(al.OptionError, "alpha", bad, must)
    for other in ("1", True, None):
        yield good.but(al.DTypeError, "alpha", other, must)


def textbook(np, x, y):
    return (3 * (((x - y) ** 2 / 1.5 + 1) ** 0.25 - 1)).mean()


NONE = "no robust loss of any shape"
CASE = Case(
    "barron_loss",
    al.barron_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("a power multiplies the rounding of its base and of its exponent", ulps=10.0),
    invalid=invalid,
    promises=PROMISES
    | {
        "monotone in the error",
        "scale is the unit of errors",
        "half the square of small errors",
        "its special shapes are losses of their own",
        "monotone in alpha",
    },
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=benchmark_inputs.pair, textbook=textbook, options={"alpha": 0.5}),),
    demo=("predicted", "progress"),
)
