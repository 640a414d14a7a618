"""Losses of one's own, declared as ours are: one for each element, and one for each row.

They take weights, masks, reductions and every library, have classes and compose; the suite tries them with

    python -m conformance --quick --cases examples.own_losses --backends numpy,torch:cpu
"""

import numpy as np
from array_losses.testing.case import Case, Sample
from array_losses.testing.invalid import regression
from array_losses.testing.reference import EXACT, collect, elementwise, exact
from array_losses.testing.samples import elementwise as elementwise_samples
from array_losses.testing.samples import mask, weights

import array_losses as al
from array_losses.backends import namespace
from array_losses.families.declared import declared
from array_losses.families.layout import layout
from array_losses.families.pointwise import pointwise
from array_losses.families.roles import Real
from array_losses.numerics import abs_, log1p
from array_losses.objects import loss_class
from array_losses.options import Positive


@pointwise(tasks=("regression",))
def log_error_loss(input, target, *, scale: Positive = 1.0, **options):
    """Logarithm of one plus the absolute error."""
    return log1p(abs_(input - target) / scale)


@declared(layout({"input": Real("*S D"), "target": Real("*S D")}, returns="*S"), tasks=("regression",))
def radial_loss(input, target, *, scale: Positive = 1.0, **options):
    """Square root of one plus the squared distance of two points, less one: of rows, whatever their length."""
    xp, error = namespace(input), (input - target) / scale
    square = xp.sum(error * error, axis=-1)
    return square / (1 + xp.sqrt(1 + square))


LogErrorLoss = loss_class(log_error_loss, "LogErrorLoss")
RadialLoss = loss_class(radial_loss, "RadialLoss")


# --- the cases of the conformance suite -----------------------------------------------------------------------------


def log_error(input, target, *, scale=1.0, sample_weight=None, where=None):
    def formula(x, y):
        return EXACT.log1p(abs(x - y) / exact(scale))

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def log_error_samples(rng):
    yield from elementwise_samples(rng, lambda shape: (rng.normal(size=shape), rng.normal(size=shape)))
    yield Sample("scale 2", (rng.normal(size=(4, 3)), rng.normal(size=(4, 3))), {"scale": 2.0})


def radial(input, target, *, scale=1.0, sample_weight=None, where=None):
    def element(index):
        pairs = zip(input[index], target[index], strict=True)
        square = sum((((exact(x) - exact(y)) / exact(scale)) ** 2 for x, y in pairs), exact(0))
        return EXACT.sqrt(1 + square) - 1, 1.0

    return collect(input.shape[:-1], element, divisor="count", sample_weight=sample_weight, where=where)


def radial_samples(rng):
    def draw(*shape):
        return rng.normal(size=shape), rng.normal(size=shape)

    yield Sample("plain", draw(4, 3))
    yield Sample("one point", draw(2))
    yield Sample("tracks", draw(2, 3, 2))
    yield Sample("empty batch", draw(0, 3))
    yield Sample("scale 2", draw(4, 3), {"scale": 2.0})
    yield Sample("masked, weighted", draw(4, 3), {"where": mask(rng, (4,)), "sample_weight": weights(rng, (4,))})


def points(good):
    y = good["target"]
    yield good.but(al.ShapeError, "target", y[:1], f"have the shape of `input`, {y.shape}")
    yield good.but(al.DTypeError, "target", y > np.inf, "hold numbers", "bool")


CASES = (
    Case(
        "log_error_loss",
        log_error_loss,
        log_error_samples,
        log_error,
        differentiable=("input", "target"),
        invalid=regression,
        promises=frozenset({"nonnegative", "symmetric"}),
    ),
    Case(
        "radial_loss",
        radial_loss,
        radial_samples,
        radial,
        differentiable=("input", "target"),
        invalid=points,
        promises=frozenset({"nonnegative"}),
    ),
)

if __name__ == "__main__":
    x, y = np.array([[3.0, 4.0], [0.0, 0.0]]), np.zeros((2, 2))
    loss = 0.5 * RadialLoss() + 2 * LogErrorLoss(scale=3.0)
    print(loss, float(loss(x, y)))
    print(al.grad(loss)(x, y))
