"""Negative log-likelihood of log-probabilities."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import by_classes
from ..case import Case, Sample
from ..class_samples import class_ids, class_weights, probabilities
from ..invalid import classwise as classwise_invalid
from ..peer import NotCovered, Peer
from ..reference import classwise, exact, times


def reference(input, target, weight=None, *, ignore_index=-100, axis=1, sample_weight=None, where=None):
    def formula(log_p, y):
        w = 1.0 if weight is None else weight[y]
        return times(exact(w), -exact(log_p[y])), w

    return classwise(
        formula,
        input,
        target,
        axis=axis,
        ignore_index=ignore_index,
        divisor="weights",
        sample_weight=sample_weight,
        where=where,
    )


def samples(rng):
    def draw(shape, axis):
        return np.log(0.99 * probabilities(rng, shape, axis))

    yield from class_ids(rng, draw)
    yield from class_weights(rng, draw)
    yield Sample("extreme", (np.array([[-1e4, -1e-300], [-50.0, -1e-20], [0.0, -1e4]]), np.array([0, 1, 0])))
    certain = np.array([[0.0, -np.inf, -np.inf], [-np.inf, -0.7, -0.7]])
    yield Sample("-inf elsewhere", (certain, np.array([0, 2])), smooth=False)
    yield Sample("infinite loss", (certain, np.array([1, 2])), smooth=False)
    none = {"weight": np.array([1.0, 0.0, 2.0])}
    yield Sample("infinite loss of weight 0", (certain, np.array([1, 2])), none, smooth=False)


def invalid(good):
    yield from classwise_invalid(good, soft=False)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "permutable over the classes",
        "a class's weight multiplies its loss",
        "cheaper at a higher score of the right class",
        "log-probabilities of cross-entropy",
        "linear in the input",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_sklearn(oracle, input, target, *, sample_weight=None, reduction):
    classes = input.shape[-1]
    if classes < 2:
        raise NotCovered("at least two classes")
    return oracle.metrics.log_loss(
        target.reshape(-1),
        np.exp(input).reshape(-1, classes),
        sample_weight=oracle.flat(sample_weight),
        labels=np.arange(classes),
        normalize=reduction == "mean",
    )


def textbook(np, log_p, y):
    return -log_p[np.arange(len(y)), y].mean()


CASE = Case(
    "nll_loss",
    al.nll_loss,
    samples,
    reference,
    differentiable=("input",),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer("nll_loss", ("weight", "ignore_index")),
        "optax": "from logits only",
        "keras": "from logits, or probabilities that it makes sum to 1",
        "sklearn": Peer(by_sklearn, reductions=("mean", "sum"), scale=1.0),
    },
    benchmarks=by_classes(benchmark_inputs.log_probabilities, textbook=textbook),
    demo=("log_probabilities", "labels"),
)
