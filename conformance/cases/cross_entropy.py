"""Softmax cross-entropy."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, by_classes, keras, optax
from ..case import Allowance, Case
from ..class_samples import class_ids, class_probabilities, class_weights, extreme_classes
from ..invalid import classwise as invalid
from ..peer import NotCovered, Peer, one_hot
from ..reference import classwise, exact, smoothed, surprise, times


def reference(
    input, target, weight=None, *, ignore_index=-100, label_smoothing=0.0, axis=1, sample_weight=None, where=None
):
    def formula(z, y):
        classes = range(len(z))
        w = np.ones(len(z)) if weight is None else weight
        if not isinstance(y, int):  # probabilities
            loss = sum(
                times(exact(w[c]), times(smoothed(y[c], label_smoothing, len(z)), surprise(z, c))) for c in classes
            )
            return loss, 1.0 if weight is None else sum(exact(w[c]) * exact(y[c]) for c in classes)
        eps = exact(label_smoothing)
        loss = times(1 - eps, times(exact(w[y]), surprise(z, y)))
        if eps:
            loss += eps / len(z) * sum(times(exact(w[c]), surprise(z, c)) for c in classes)
        return loss, w[y]

    divisor = "weights" if target.dtype.kind in "iu" else "count"
    return classwise(
        formula,
        input,
        target,
        axis=axis,
        ignore_index=ignore_index,
        divisor=divisor,
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
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_optax(oracle, input, target, *, label_smoothing=0.0, reduction):
    if target.dtype.kind in "iu" and not label_smoothing:
        return oracle.positions("softmax_cross_entropy_with_integer_labels", input, target)
    labels = one_hot(target, input.shape[-1])
    if label_smoothing:
        labels = np.asarray(oracle.optax.smooth_labels(labels, label_smoothing))
    return oracle.positions("softmax_cross_entropy", input, labels)


def by_keras(oracle, input, target, *, sample_weight=None, ignore_index=-100, label_smoothing=0.0, reduction):
    ids = target.dtype.kind in "iu"
    given = {"reduction": oracle.weighted(reduction) if ids else reduction, "sample_weight": sample_weight}
    if ids and not label_smoothing:
        given["ignore_class"] = ignore_index
        return oracle.positions("SparseCategoricalCrossentropy", input, target, from_logits=True, **given)
    labels = one_hot(target, input.shape[-1])
    return oracle.positions(
        "CategoricalCrossentropy", input, labels, from_logits=True, label_smoothing=label_smoothing, **given
    )


def by_sklearn(oracle, input, target, *, sample_weight=None, reduction):
    if target.dtype.kind == "f":
        raise NotCovered("class ids only")
    classes = input.shape[-1]
    if classes < 2:
        raise NotCovered("one class")
    loss, z = oracle.compiled("HalfMultinomialLoss", n_classes=classes), input.reshape(-1, classes)
    arrays = oracle.flat(target), z, oracle.flat(sample_weight)
    return loss(*arrays) if reduction == "mean" else loss.loss(*arrays).reshape(target.shape)


def log_softmax(np, z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def textbook(np, z, y):
    return -log_softmax(np, z)[np.arange(len(y)), y].mean()


CASE = Case(
    "cross_entropy",
    al.cross_entropy,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance(
        "ln p_y = z_y - ln sum e^z is a difference of numbers of order 1: near p_y = 1 its error is absolute", scale=1.0
    ),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer("cross_entropy", ("weight", "ignore_index", "label_smoothing"), scale=1.0),
        "optax": Peer(by_optax, scale=1.0),
        "keras": Peer(by_keras, scale=1.0),
        "sklearn": Peer(by_sklearn, scale=1.0),
    },
    benchmarks=(
        *by_classes(
            benchmark_inputs.classes,
            textbook=textbook,
            rivals=(
                optax("softmax_cross_entropy_with_integer_labels"),
                keras("SparseCategoricalCrossentropy", from_logits=True),
            ),
        ),
        Benchmark(
            draw=benchmark_inputs.ignored_pixels,
            variant="ignored pixels",
            options={"ignore_index": 255},
            peers=("torch",),
            smallest=80,
        ),
        Benchmark(draw=benchmark_inputs.weighted_classes(100), variant="class weights", peers=("torch",), smallest=800),
        Benchmark(
            draw=benchmark_inputs.classes(100),
            variant="smoothed labels",
            options={"label_smoothing": 0.1},
            peers=("torch",),
            smallest=800,
        ),
    ),
    demo=("logits", "labels"),
)
