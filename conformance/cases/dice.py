"""Dice loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, PeerCall, plain_torch
from ..case import Allowance, Case, Kink, Sample
from ..peer import NotCovered, Peer, one_hot
from ..reference import exact
from ..region_reference import of_score, regional
from ..regions import invalid, samples


def reference(input, target, *, smooth_nr=1e-7, smooth_dr=1e-7, log=False, **options):
    def loss(i, p, t):
        return of_score(2 * i + exact(smooth_nr), p + t + exact(smooth_dr), log)

    return regional(loss, input, target, **options)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "at most 1",
        "symmetric in regions",
        "perfect prediction costs nothing",
        "maps equal ids",
        "permutable over the pixels",
        "independent of the resolution",
        "one image is a batch",
    }
)
SAME = np.array([[[0.25, 0.5]]])
KINKS = (  # P = T = 3/4, I = 3/4: dI/dp is the mean of 0 and 1, so dl/dp = -2 (1/2) / (P + T) + 2 I / (P + T)^2 = 0
    Kink(
        "equal to a soft label", (SAME, SAME), np.zeros((1, 1, 2)),
        {"activation": None, "smooth_nr": 0.0, "smooth_dr": 0.0},
    ),
)  # fmt: skip


# --- other projects -------------------------------------------------------------------------------------------------


def channels_last(input, target, axis):
    """Input and maps with the classes on the last axis, which is added where there is none; ids as they are."""
    if axis is None:
        return input[..., None], target[..., None]
    return np.moveaxis(input, axis, -1), target if target.ndim < input.ndim else np.moveaxis(target, axis, -1)


def by_optax(
    oracle, input, target, *, weight=None, activation="softmax", include_background=False, batch=False,
    smooth_nr=1e-7, smooth_dr=1e-7, soft_label=True, axis=1, reduction,
):  # fmt: skip
    """Its `smooth` stands on halves of our sums. One channel alone gets the sigmoid, several get the softmax."""
    ids = target.dtype.kind in "iu" and target.ndim < input.ndim
    if smooth_nr != smooth_dr:
        raise NotCovered("one `smooth` for both")
    if soft_label and not np.all((target == 0) | (target == 1) | ids):
        raise NotCovered("no soft labels")
    if ids and np.any(target < 0):
        raise NotCovered("no ignored ids")
    x, y = channels_last(input, target, axis)
    y = (one_hot(y, x.shape[-1]) if ids else y).astype(np.float64)
    w = np.ones(x.shape[-1]) if weight is None else weight
    alone = activation == "sigmoid" or x.shape[-1] == 1
    options = {
        "apply_softmax": activation is not None,
        "ignore_background": not include_background and activation != "sigmoid",
        "axis": tuple(range(0 if batch else 1, x.ndim - 1)),
        "smooth": smooth_nr / 2,
        "reduction": "none",
    }
    # compiled, because its operations one by one take longer; with probabilities it cannot be
    loss = oracle.optax.losses.dice_loss if activation is None else oracle.compiled_dice_loss
    parts = [slice(c, c + 1) for c in range(x.shape[-1])] if alone else [slice(None)]
    found = [np.asarray(loss(x[..., c], y[..., c], class_weights=w[c], **options)) for c in parts]
    return found[0][..., 0] if axis is None else np.concatenate(found, axis=-1)


def by_keras(
    oracle, input, target, *, activation="softmax", include_background=False, batch=False, smooth_nr=1e-7,
    smooth_dr=1e-7, soft_label=True, reduction,
):  # fmt: skip
    if (smooth_nr, smooth_dr) != (0, oracle.keras.config.epsilon()):
        raise NotCovered("its epsilon, under the fraction alone")
    assert include_background
    assert not soft_label
    x, y = channels_last(input, target, 1)
    p = x if activation is None else getattr(oracle.keras.ops, activation)(x)
    y = one_hot(y, x.shape[-1]) if target.ndim < input.ndim else y
    return oracle.positions("Dice", p, y, reduction=reduction, axis=tuple(range(0 if batch else 1, x.ndim - 1)))


def keras_samples(oracle, rng):
    """At its epsilon."""
    shared = {"include_background": True, "soft_label": False, "smooth_nr": 0.0}
    shared["smooth_dr"] = oracle.keras.config.epsilon()
    x, y, soft = rng.normal(size=(2, 3, 4)), rng.integers(0, 3, (2, 4)), rng.uniform(size=(2, 3, 4))
    for batch in (False, True):
        label = "Keras's epsilon, pooled" if batch else "Keras's epsilon"
        yield Sample(label, (x, y), {**shared, "batch": batch})
        yield Sample(f"{label}, soft target", (x, soft), {**shared, "batch": batch, "activation": "sigmoid"})
        yield Sample(f"{label}, probabilities", (soft, y), {**shared, "batch": batch, "activation": None})


def by_sklearn(
    oracle, input, target, *, activation="softmax", include_background=False, batch=False, smooth_nr=1e-7,
    smooth_dr=1e-7, reduction,
):  # fmt: skip
    """The F1 score of each class: Dice of hard predictions, over all samples."""
    if activation is not None or not batch or smooth_nr or smooth_dr or not np.all((input == 0) | (input == 1)):
        raise NotCovered("hard predictions, pooled, nothing added")
    labels = np.arange(0 if include_background else 1, input.shape[1])
    average = {"none": None, "mean": "macro"}[reduction]
    return 1 - oracle.elements("f1_score", np.argmax(input, axis=1), target, labels=labels, average=average)


def sklearn_samples(oracle, rng):
    """Predictions of 0 and 1."""
    y, guess = rng.integers(0, 3, (2, 20)), rng.integers(0, 3, (2, 20))
    hard = np.moveaxis(np.eye(3)[guess], -1, 1)
    for background in (False, True):
        options = {"activation": None, "batch": True, "smooth_nr": 0.0, "smooth_dr": 0.0}
        label = "hard prediction, with background" if background else "hard prediction"
        yield Sample(label, (hard, y), {**options, "include_background": background})


def textbook(np, z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = (e / e.sum(axis=1, keepdims=True))[:, 1:]
    t = (y[:, None, :] == np.arange(z.shape[1])[:, None])[:, 1:].astype(p.dtype)
    return (1 - (2 * (p * t).sum(axis=2) + 1e-7) / (p.sum(axis=2) + t.sum(axis=2) + 1e-7)).mean()


def of_torch(F):
    def loss(z, y):
        p, t = F.softmax(z, 1)[:, 1:], F.one_hot(y, z.shape[1]).movedim(-1, 1)[:, 1:]
        return (1 - (2 * (p * t).sum(2) + 1e-7) / (p.sum(2) + t.sum(2) + 1e-7)).mean()

    return loss


def of_optax(optax):
    import jax

    def loss(x, y):
        labels = jax.nn.one_hot(y, x.shape[1])
        return optax.losses.dice_loss(x.swapaxes(1, 2), labels, smooth=5e-8, ignore_background=True).mean()

    return loss


RIVALS = (plain_torch(of_torch), PeerCall("optax", "optax.dice_loss", of_optax))


CASE = Case(
    "dice_loss",
    al.dice_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("1 - score is a difference of numbers of order 1", scale=2.0),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers={
        "optax": Peer(by_optax, scale=1.0),
        "keras": Peer(by_keras, scale=1.0, samples=keras_samples),
        "sklearn": Peer(by_sklearn, scale=1.0, samples=sklearn_samples),
    },
    benchmarks=(Benchmark(draw=benchmark_inputs.pixels, textbook=textbook, rivals=RIVALS),),
    demo=("logits", "labels"),
)
