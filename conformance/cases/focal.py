"""Focal loss of exclusive classes."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import by_classes, keras_one_hot, plain_torch
from ..case import Allowance, Case, Sample
from ..class_samples import class_ids, class_probabilities, class_weights, extreme_classes
from ..invalid import classwise as invalid
from ..peer import Peer, one_hot
from ..reference import classwise, exact, miss, smoothed, surprise, times
from . import cross_entropy


def reference(
    input,
    target,
    *,
    alpha=None,
    gamma=2.0,
    label_smoothing=0.0,
    ignore_index=-100,
    axis=1,
    sample_weight=None,
    where=None,
):
    def formula(z, y):
        classes = range(len(z))
        a = np.broadcast_to(1.0 if alpha is None else alpha, (len(z),))
        q = [float(c == y) for c in classes] if isinstance(y, int) else y
        loss = exact(0)
        for c in classes:
            share = smoothed(q[c], label_smoothing, len(z))
            loss += times(exact(a[c]), times(share, times(miss(z, c) ** exact(gamma), surprise(z, c))))
        return loss, 1.0 if alpha is None else sum(exact(a[c]) * exact(q[c]) for c in classes)

    return classwise(
        formula,
        input,
        target,
        axis=axis,
        ignore_index=ignore_index,
        divisor="count",
        sample_weight=sample_weight,
        where=where,
    )


def samples(rng):
    def draw(shape, axis):
        return 2 * rng.normal(size=shape)

    yield from class_ids(rng, draw)
    yield from class_weights(rng, draw, "alpha")
    yield from class_probabilities(rng, draw, "alpha", "label_smoothing")
    yield from extreme_classes(rng)
    x, y, q = rng.normal(size=(4, 3)), rng.integers(0, 3, 4), rng.dirichlet(np.full(3, 5.0), 4)
    for gamma in (0.0, 0.5, 1.0, 3.5):
        yield Sample(f"gamma {gamma}", (x, y), {"gamma": gamma})
        yield Sample(f"gamma {gamma}, soft target", (x, q), {"gamma": gamma})
    yield Sample("alpha a number", (x, y), {"alpha": 0.25})
    yield Sample("alpha a number, soft target", (x, q), {"alpha": 0.25})
    certain = np.array([[1e4, -1e4, 0.0], [0.0, 800.0, 0.0], [40.0, 0.0, 0.0]])
    for gamma in (0.0, 0.5, 1.0):
        yield Sample(f"certain, gamma {gamma}", (certain, np.array([0, 1, 0])), {"gamma": gamma})
        yield Sample(f"certain, wrong, gamma {gamma}", (certain, np.array([1, 0, 2])), {"gamma": gamma})


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "a class's weight multiplies its loss",
        "cheaper at a higher score of the right class",
        "ids equal one-hot",
        "linear in the smoothing",
        "the same of any labels at smoothing 1",
        "gamma 0 is cross-entropy",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_keras(oracle, input, target, *, sample_weight=None, alpha=None, gamma=2.0, label_smoothing=0.0, reduction):
    return oracle.positions(
        "CategoricalFocalCrossentropy",
        input,
        one_hot(target, input.shape[-1]),
        from_logits=True,
        alpha=1.0 if alpha is None else alpha,
        gamma=gamma,
        label_smoothing=label_smoothing,
        sample_weight=sample_weight,
        reduction=reduction,
    )


def textbook(np, z, y):
    log_p = cross_entropy.log_softmax(np, z)[np.arange(len(y)), y]
    return -((1 - np.exp(log_p)) ** 2 * log_p).mean()


def of_torch(F):
    def loss(z, y):
        entropy = F.cross_entropy(z, y, reduction="none")
        return ((1 - (-entropy).exp()) ** 2 * entropy).mean()

    return loss


CASE = Case(
    "focal_loss",
    al.focal_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("as cross_entropy, and 1 - p_y = -expm1(ln p_y) follows it", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={"keras": Peer(by_keras, scale=1.0), "optax": "no focal loss of the softmax"},
    benchmarks=by_classes(
        benchmark_inputs.classes,
        textbook=textbook,
        rivals=(
            plain_torch(of_torch),
            keras_one_hot("CategoricalFocalCrossentropy", from_logits=True, alpha=1.0),
        ),
    ),
    demo=("logits", "labels"),
)
