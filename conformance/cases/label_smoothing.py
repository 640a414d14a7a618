"""Cross-entropy with smoothed labels."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import PeerCall, by_classes, keras_one_hot
from ..case import Allowance, Case
from ..class_samples import class_ids, class_probabilities, class_weights, extreme_classes
from ..invalid import classwise as invalid
from ..peer import Peer, one_hot
from . import cross_entropy


def reference(input, target, *, smoothing=0.1, **options):
    return cross_entropy.reference(input, target, label_smoothing=smoothing, **options)


def samples(rng):
    def draw(shape, axis):
        return 2 * rng.normal(size=shape)

    yield from class_ids(rng, draw)
    yield from class_weights(rng, draw)
    yield from class_probabilities(rng, draw, "weight", "smoothing")
    yield from extreme_classes(rng)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "ids equal one-hot",
        "linear in the smoothing",
        "the same of any labels at smoothing 1",
        "smoothing 0 is cross-entropy",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_optax(oracle, input, target, *, smoothing=0.1, reduction):
    labels = oracle.optax.smooth_labels(one_hot(target, input.shape[-1]), smoothing)
    return oracle.positions("softmax_cross_entropy", input, np.asarray(labels))


def by_keras(oracle, input, target, *, sample_weight=None, smoothing=0.1, reduction):
    return oracle.positions(
        "CategoricalCrossentropy",
        input,
        one_hot(target, input.shape[-1]),
        from_logits=True,
        label_smoothing=smoothing,
        sample_weight=sample_weight,
        reduction=oracle.weighted(reduction) if target.dtype.kind in "iu" else reduction,
    )


def textbook(np, z, y):
    log_p = cross_entropy.log_softmax(np, z)
    return -0.9 * log_p[np.arange(len(y)), y].mean() - 0.1 * log_p.mean()


def optax_one_hot(optax):
    import jax

    def loss(x, y):
        labels = optax.smooth_labels(jax.nn.one_hot(y, x.shape[1]), 0.1)
        return optax.softmax_cross_entropy(x, labels).mean()

    return loss


CASE = Case(
    "label_smoothing_loss",
    al.label_smoothing_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("as cross_entropy", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer(
            "cross_entropy",
            {"smoothing": "label_smoothing", "weight": "weight", "ignore_index": "ignore_index"},
            {"label_smoothing": 0.1},
            scale=1.0,
        ),
        "optax": Peer(by_optax, scale=1.0),
        "keras": Peer(by_keras, scale=1.0),
    },
    benchmarks=by_classes(
        benchmark_inputs.classes,
        textbook=textbook,
        rivals=(
            PeerCall("optax", "optax.softmax_cross_entropy, one-hot", optax_one_hot),
            keras_one_hot("CategoricalCrossentropy", from_logits=True, label_smoothing=0.1),
        ),
        options={"smoothing": 0.1},
    ),
    demo=("logits", "labels"),
)
