"""Poly-1 cross-entropy."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import PeerCall, by_classes, plain_torch
from ..case import Allowance, Case, Sample
from ..class_samples import class_ids, class_probabilities, class_weights, extreme_classes
from ..invalid import classwise as invalid
from ..peer import Defect, Peer, one_hot
from ..reference import classwise, exact, miss, smoothed, surprise, times
from . import cross_entropy


def reference(
    input,
    target,
    *,
    epsilon=2.0,
    weight=None,
    label_smoothing=0.0,
    ignore_index=-100,
    axis=1,
    sample_weight=None,
    where=None,
):
    def formula(z, y):
        classes = range(len(z))
        w = np.ones(len(z)) if weight is None else weight
        q = [float(c == y) for c in classes] if isinstance(y, int) else y
        loss = exact(0)
        for c in classes:
            poly = surprise(z, c) + exact(epsilon) * miss(z, c)
            loss += times(exact(w[c]), times(smoothed(q[c], label_smoothing, len(z)), poly))
        return loss, 1.0 if weight is None else sum(exact(w[c]) * exact(q[c]) for c in classes)

    return classwise(
        formula,
        input,
        target,
        axis=axis,
        ignore_index=ignore_index,
        divisor="weights" if target.dtype.kind in "iu" else "count",
        sample_weight=sample_weight,
        where=where,
    )


def samples(rng):
    def draw(shape, axis):
        return 2 * rng.normal(size=shape)

    yield from class_ids(rng, draw)
    yield from class_weights(rng, draw)
    yield from class_probabilities(rng, draw, "weight", "label_smoothing")
    yield from extreme_classes(rng)
    x, y, q = rng.normal(size=(4, 3)), rng.integers(0, 3, 4), rng.dirichlet(np.full(3, 5.0), 4)
    for epsilon in (-1.0, 0.0, 0.5, 10.0):
        yield Sample(f"epsilon {epsilon}", (x, y), {"epsilon": epsilon})
        yield Sample(f"epsilon {epsilon}, soft target", (x, q), {"epsilon": epsilon})


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
        "epsilon 0 is cross-entropy",
        "linear in epsilon",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_optax(oracle, input, target, *, epsilon=2.0, label_smoothing=0.0, reduction):
    labels = one_hot(target, input.shape[-1])
    if label_smoothing:
        labels = np.asarray(oracle.optax.smooth_labels(labels, label_smoothing))
    return oracle.positions("poly_loss_cross_entropy", input, labels, epsilon=epsilon)


def textbook(np, z, y):
    log_p = cross_entropy.log_softmax(np, z)[np.arange(len(y)), y]
    return (2 * (1 - np.exp(log_p)) - log_p).mean()


def of_torch(F):
    def loss(z, y):
        entropy = F.cross_entropy(z, y, reduction="none")
        return (entropy + 2 * (1 - (-entropy).exp())).mean()

    return loss


def optax_one_hot(optax):
    import jax

    return lambda x, y: optax.losses.poly_loss_cross_entropy(x, jax.nn.one_hot(y, x.shape[1])).mean()


DEFECTS = (
    Defect(
        "optax",
        ("poly_cross_entropy",),
        (
            "soft target, -inf at 0",
            "-inf elsewhere",
            "infinite loss",
        ),
        "nan",
        "NaN for a -inf logit of target 0",
        "0 * inf is NaN",
        "optax#896",
        ("none",),
    ),
)
CASE = Case(
    "poly_cross_entropy",
    al.poly_cross_entropy,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("as cross_entropy, and 1 - p_y = -expm1(ln p_y) follows it, times epsilon", scale=4.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": "no loss with terms of a series",
        "optax": Peer(by_optax, scale=4.0),
        "keras": "no loss with terms of a series",
        "sklearn": "no loss with terms of a series",
    },
    defects=DEFECTS,
    benchmarks=by_classes(
        benchmark_inputs.classes,
        textbook=textbook,
        rivals=(
            plain_torch(of_torch),
            PeerCall("optax", "optax.losses.poly_loss_cross_entropy, one-hot", optax_one_hot),
        ),
    ),
    demo=("logits", "labels"),
)
