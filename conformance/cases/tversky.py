"""Tversky loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Kink, Sample
from ..peer import NotCovered, Peer, one_hot
from ..reference import exact
from ..region_reference import of_score, regional
from ..regions import invalid, unsquared
from ..samples import weights
from .dice import channels_last


def reference(
    input, target, *, alpha=0.5, beta=0.5, gamma=1.0, smooth_nr=1e-7, smooth_dr=1e-7, log=False, **options
):  # fmt: skip
    def loss(i, p, t):
        under = i + exact(alpha) * (p - i) + exact(beta) * (t - i) + exact(smooth_dr)
        base = of_score(i + exact(smooth_nr), under, log)
        return base if gamma == 1 else max(base, exact(0)) ** exact(gamma)

    return regional(loss, input, target, **options)


def samples(rng):
    yield from unsquared(rng)
    yield from powers(rng)
    x, y = rng.normal(size=(2, 3, 4)), rng.integers(0, 3, (2, 4))
    for alpha, beta in ((0.0, 1.0), (1.0, 0.0), (0.25, 3.0)):
        yield Sample(f"alpha {alpha}, beta {beta}", (x, y), {"alpha": alpha, "beta": beta})
    nothing = {"alpha": 0.0, "smooth_nr": 0.0, "smooth_dr": 0.0}
    yield Sample("only false positives, which weigh 0", (x, 0 * y), nothing)


def powers(rng):
    """Powers of the loss, also where this is 0."""
    x, y = rng.normal(size=(2, 3, 4)), rng.integers(0, 3, (2, 4))
    soft = {"activation": "sigmoid", "sample_weight": weights(rng, (2,))}
    maps = rng.uniform(0.05, 0.95, x.shape)
    for gamma in (0.5, 1.0, 2.0):
        yield Sample(f"gamma {gamma}", (x, y), {"gamma": gamma})
        yield Sample(f"gamma {gamma}, log", (x, y), {"gamma": gamma, "log": True})
        yield Sample(f"gamma {gamma}, soft target", (x, maps), {"gamma": gamma, **soft})
        sure = np.where(y[:, None] == np.arange(3)[:, None], 1e4, -1e4)
        yield Sample(f"gamma {gamma}, extreme, right", (sure, y), {"gamma": gamma, "batch": True})
        yield Sample(f"gamma {gamma}, extreme, wrong", (-sure, y), {"gamma": gamma, "batch": True})
        more = {"gamma": gamma, "smooth_nr": 2.0, "smooth_dr": 1e-7}
        yield Sample(f"gamma {gamma}, above a score of 1", (sure, y), more)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "at most 1",
        "perfect prediction costs nothing",
        "maps equal ids",
        "permutable over the pixels",
        "independent of the resolution",
        "one image is a batch",
        "Dice at weights of one half",
        "false positives and negatives change places",
    }
)
SAME = np.array([[[0.25, 0.5]]])
EXACT = {"activation": None, "smooth_nr": 0.0, "smooth_dr": 0.0}
HALVES = np.full((1, 1, 2), 0.5)
KINKS = (  # P = T = I = 1, dI/dp = 1/2, dl/dp = (-dI + dI + alpha (1 - dI) - beta dI) / I
    Kink("equal to a soft label", (HALVES, HALVES), np.full((1, 1, 2), -0.25), {"alpha": 0.25, "beta": 0.75, **EXACT}),
    Kink("nothing lost, and a power", (SAME, SAME), np.zeros((1, 1, 2)), {"beta": 0.75, "gamma": 0.5, **EXACT}),
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_keras(
    oracle, input, target, *, alpha=0.5, beta=0.5, activation="softmax", include_background=False, batch=False,
    smooth_nr=1e-7, smooth_dr=1e-7, soft_label=True, reduction,
):  # fmt: skip
    """Its alpha weighs false negatives."""
    if (smooth_nr, smooth_dr) != (0, oracle.keras.config.epsilon()):
        raise NotCovered("its epsilon, under the fraction alone")
    assert include_background
    assert not soft_label
    x, y = channels_last(input, target, 1)
    p = x if activation is None else getattr(oracle.keras.ops, activation)(x)
    y = one_hot(y, x.shape[-1]) if target.ndim < input.ndim else y
    options = {"alpha": beta, "beta": alpha, "axis": tuple(range(0 if batch else 1, x.ndim - 1))}
    return oracle.positions("Tversky", p, y, reduction=reduction, **options)


def keras_samples(oracle, rng):
    """At its epsilon."""
    shared = {"include_background": True, "soft_label": False, "smooth_nr": 0.0, "alpha": 0.25, "beta": 0.75}
    shared["smooth_dr"] = oracle.keras.config.epsilon()
    x, y, soft = rng.normal(size=(2, 3, 4)), rng.integers(0, 3, (2, 4)), rng.uniform(size=(2, 3, 4))
    for batch in (False, True):
        label = "Keras's epsilon, pooled" if batch else "Keras's epsilon"
        yield Sample(label, (x, y), {**shared, "batch": batch})
        yield Sample(f"{label}, soft target", (x, soft), {**shared, "batch": batch, "activation": "sigmoid"})


def textbook(np, z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = (e / e.sum(axis=1, keepdims=True))[:, 1:]
    t = (y[:, None, :] == np.arange(z.shape[1])[:, None])[:, 1:].astype(p.dtype)
    i, fp, fn = ((a * b).sum(axis=2) for a, b in ((p, t), (p, 1 - t), (1 - p, t)))
    return (1 - (i + 1e-7) / (i + 0.5 * fp + 0.5 * fn + 1e-7)).mean()


def of_torch(F):
    def loss(z, y):
        p, t = F.softmax(z, 1)[:, 1:], F.one_hot(y, z.shape[1]).movedim(-1, 1)[:, 1:]
        i = (p * t).sum(2)
        return (1 - (i + 1e-7) / (i + 0.5 * (p.sum(2) - i) + 0.5 * (t.sum(2) - i) + 1e-7)).mean()

    return loss


NONE = "no Tversky index"
CASE = Case(
    "tversky_loss",
    al.tversky_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("1 - score is a difference of numbers of order 1", scale=2.0),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": NONE, "optax": NONE, "keras": Peer(by_keras, scale=1.0, samples=keras_samples), "sklearn": NONE},
    benchmarks=(Benchmark(draw=benchmark_inputs.pixels, textbook=textbook, rivals=(plain_torch(of_torch),)),),
    demo=("logits", "labels"),
)
