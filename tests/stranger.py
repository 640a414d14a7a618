"""Losses of somebody else, with cases for the conformance suite: one that is right, and one that is not."""

import numpy as np
from array_losses.testing.case import Case, Sample
from array_losses.testing.invalid import regression
from array_losses.testing.peer import Defect, Peer
from array_losses.testing.reference import EXACT, elementwise, exact
from array_losses.testing.samples import elementwise as elementwise_samples

from array_losses.families.pointwise import pointwise
from array_losses.numerics.pointwise import abs_, log1p
from array_losses.options import Positive


@pointwise(tasks=("regression",))
def log_error_loss(input, target, *, scale: Positive = 1.0, **options):
    """Logarithm of one plus the absolute error."""
    return log1p(abs_(input - target) / scale)


@pointwise(tasks=("regression",))
def careless_loss(input, target, **options):
    """Squared error, but a little more."""
    return 1.001 * (input - target) ** 2


def samples(rng):
    yield from elementwise_samples(rng, lambda shape: (rng.normal(size=shape), rng.normal(size=shape)))


def scaled(rng):
    yield from samples(rng)
    yield Sample("scale 2", (rng.normal(size=(4, 3)), rng.normal(size=(4, 3))), {"scale": 2.0})


def log_error(input, target, *, scale=1.0, sample_weight=None, where=None):
    def formula(x, y):
        return EXACT.log1p(abs(x - y) / exact(scale))

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def square(input, target, *, sample_weight=None, where=None):
    def formula(x, y):
        return (x - y) ** 2

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def by_torch(oracle, input, target, *, scale=1.0, reduction):
    loss = oracle.tensor(np.abs(input - target) / scale).log1p()
    return {"none": loss.clone, "mean": loss.mean, "sum": loss.sum}[reduction]()


NOTHING = Defect(
    "torch.nn.functional",
    ("log_error_loss",),
    ("empty batch", "all masked*", "empty axis*"),
    "nan",
    "NaN",
    "0 / 0",
    reductions=("mean",),
)


ALIKE = {"differentiable": ("input", "target"), "invalid": regression, "promises": frozenset({"symmetric"})}
PEERS = {"torch": Peer(by_torch)}
CASES = (
    Case("log_error_loss", log_error_loss, scaled, log_error, peers=PEERS, defects=(NOTHING,), **ALIKE),
    Case("careless_loss", careless_loss, samples, square, **ALIKE),
)
