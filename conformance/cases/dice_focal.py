"""Dice loss and focal loss together."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Composed, Sample
from ..class_samples import probabilities
from ..reference import per_sample
from ..samples import weights
from . import dice, dice_ce, focal, sigmoid_focal


def reference(
    input, target, *, weight=None, gamma=2.0, alpha=None, lambda_dice=1.0, lambda_focal=1.0, activation="softmax",
    ignore_index=-100, axis=1, sample_weight=None, where=None, **regions,
):  # fmt: skip
    """The references of both parts; the binary focal loss gets the truth of every channel."""
    given = {"ignore_index": ignore_index, "axis": axis, "where": where, "sample_weight": sample_weight}
    found = dice.reference(input, target, weight=weight, activation=activation, **given, **regions)
    if activation == "softmax":
        a = None if alpha is weight is None else (1 if alpha is None else alpha) * (1 if weight is None else weight)
        return Composed(
            ((lambda_dice, found), (lambda_focal, focal.reference(input, target, alpha=a, gamma=gamma, **given)))
        )
    x, y, kept = dice_ce.channels(input, target, where, ignore_index, axis)
    if weight is not None:
        sample_weight = per_sample(1.0 if sample_weight is None else sample_weight, x.shape) * weight
    pixels = sigmoid_focal.reference(x, y, gamma=gamma, alpha=alpha, where=kept, sample_weight=sample_weight)
    return Composed(((lambda_dice, found), (lambda_focal, pixels)))


def samples(rng):
    others = {"lambda_ce", "label_smoothing"}
    yield from (each for each in dice_ce.samples(rng) if others.isdisjoint(each.options))
    x, y = rng.normal(size=(2, 3, 4)), rng.integers(0, 3, (2, 4))
    sigmoid = {"activation": "sigmoid"}
    yield Sample("lambdas", (x, y), {"lambda_dice": 0.25, "lambda_focal": 3.0})
    yield Sample("Dice alone", (x, y), {"lambda_focal": 0.0})
    yield Sample("focal alone", (x, y), {"lambda_dice": 0.0})
    for gamma in (0.0, 0.5, 1.0):
        yield Sample(f"gamma {gamma}", (x, y), {"gamma": gamma})
        yield Sample(f"gamma {gamma}, sigmoid", (x, y), {"gamma": gamma, **sigmoid})
    for alpha in (0.25, 1.0):
        yield Sample(f"alpha {alpha}", (x, y), {"alpha": alpha})
        yield Sample(f"alpha {alpha}, sigmoid", (x, y), {"alpha": alpha, **sigmoid})
    both = {"weight": np.array([2.0, 0.0, 0.5]), "sample_weight": weights(rng, (2,)), **sigmoid}
    yield Sample("weight and sample weight, sigmoid", (x, y), {**both, "alpha": 0.25})
    each = {"alpha": np.array([0.5, 2.0, 0.0]), "weight": np.array([2.0, 0.0, 0.5])}
    yield Sample("alpha of classes", (x, y), each)
    yield Sample("alpha of classes, soft target", (x, probabilities(rng, x.shape)), each)
    yield Sample("alpha of classes, channels last", (np.moveaxis(x, 1, -1), y), {"axis": -1, **each})


def invalid(good):
    yield from dice_ce.invalid(good)
    yield good.but(al.ShapeError, "alpha", np.ones(2), "have shape (C,) = (3,)")
    sigmoid = good.having(activation="sigmoid")
    must = "be a number in [0, 1] or None"
    yield sigmoid.but(al.DTypeError, "alpha", np.ones(3), f"{must}, or such a 0-d array", "{alpha} of shape (3,)")
    yield sigmoid.but(al.OptionError, "alpha", 1.5, must)


PROMISES = frozenset({"the sum of Dice and the focal loss", "gamma 0 is Dice and cross-entropy"})


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, z, y):
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    t = (y[:, None, :] == np.arange(z.shape[1])[:, None]).astype(z.dtype)
    p, q = np.exp(log_p)[:, 1:], t[:, 1:]
    dice = 1 - (2 * (p * q).sum(axis=2) + 1e-7) / (p.sum(axis=2) + q.sum(axis=2) + 1e-7)
    return dice.mean() - (t * (1 - np.exp(log_p)) ** 2 * log_p).sum(axis=1).mean()


def of_torch(F):
    def loss(z, y):
        p, t = F.softmax(z, 1)[:, 1:], F.one_hot(y, z.shape[1]).movedim(-1, 1)[:, 1:]
        dice = 1 - (2 * (p * t).sum(2) + 1e-7) / (p.sum(2) + t.sum(2) + 1e-7)
        ce = F.cross_entropy(z, y, reduction="none")
        return dice.mean() + ((1 - (-ce).exp()) ** 2 * ce).mean()

    return loss


NONE = "its parts alone, which are compared as `dice_loss`, `focal_loss` and `sigmoid_focal_loss`"
CASE = Case(
    "dice_focal_loss",
    al.dice_focal_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("1 - score and ln p are differences of numbers of order 1", scale=2.0),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": "no loss of regions", "optax": NONE, "keras": NONE, "sklearn": "no focal loss"},
    benchmarks=(Benchmark(draw=benchmark_inputs.pixels, textbook=textbook, rivals=(plain_torch(of_torch),)),),
    demo=("logits", "labels"),
)
