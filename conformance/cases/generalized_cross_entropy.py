"""Generalized cross-entropy."""

from dataclasses import replace

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import by_classes, plain_torch
from ..case import Allowance, Case, Sample
from ..class_samples import class_ids, extreme_classes, ids, probabilities
from ..invalid import classwise as classwise_invalid
from ..invalid import unit
from ..peer import NotCovered, Peer
from ..reference import EXACT, classwise, exact, surprise
from ..samples import mask, poisoned, weights
from . import cross_entropy


def reference(input, target, *, q=0.5, from_logits=True, ignore_index=-100, axis=1, sample_weight=None, where=None):
    def formula(z, y):
        cost = surprise(z, y) if from_logits else -logarithm(z[y])
        return -EXACT.expm1(-exact(q) * cost) / exact(q), 1.0

    options = {"ignore_index": ignore_index, "divisor": "count", "sample_weight": sample_weight, "where": where}
    return classwise(formula, input, target, axis=axis, **options)


def logarithm(p):
    return EXACT.log(exact(p)) if p else -EXACT.inf


def samples(rng):
    def draw(shape, axis):
        return 2 * rng.normal(size=shape)

    yield from class_ids(rng, draw)
    for each in extreme_classes(rng):  # of what is wrong, differences of the loss are its rounding
        yield replace(each, smooth=each.smooth and "wrong" not in each.label)
    x, y = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
    for q in (0.1, 0.7, 1.0):
        yield Sample(f"q {q}", (x, y), {"q": q})
    given = {"from_logits": False}
    p = probabilities(rng, (5, 3))
    kept, some = mask(rng, (5,)), ids(rng, (5,), 3)
    yield Sample("probabilities", (p, some), given)
    yield Sample("probabilities, q 1", (p, some), {"q": 1.0, **given})
    yield Sample("probabilities, weighted", (p, some), {"q": 0.7, "sample_weight": weights(rng, (5,)), **given})
    wide = probabilities(rng, (2, 2, 3), 2), ids(rng, (2, 2), 3)
    yield Sample("probabilities, channels last", wide, {"axis": -1, **given})
    yield Sample("probabilities, one sample", (probabilities(rng, (4,), 0), np.array(2)), given)
    bad = poisoned(p, kept[:, None])
    yield Sample("probabilities, masked nan and inf", (bad, np.where(kept, some, 99)), {"where": kept, **given})
    yield Sample("probabilities, ignored nan and inf", (bad, np.where(kept, some, -100)), given)
    sure = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1e-30, 0.25, 0.75], [1.0, 0.0, 0.0]])
    yield Sample("certain", (sure, np.array([0, 0, 0, 1])), given, smooth=False)
    yield Sample("certain, q 1", (sure, np.array([0, 1, 2, 2])), {"q": 1.0, **given}, smooth=False)
    near = 1 - np.array([[2.0**-20], [0.0], [2.0**-10]])
    yield Sample("nearly certain", (np.concatenate([near, 1 - near], axis=1), np.array([0, 0, 0])), given, smooth=False)


def invalid(good):
    yield from classwise_invalid(good, soft=False)
    p = probabilities(np.random.default_rng(0), good["input"].shape)
    yield from unit(good.having(input=p, from_logits=False), "input", (1, 2), spoiled=(1,))
    for bad in (0, 0.0, -1.0, 1.5, np.nan):
        yield good.but(al.OptionError, "q", bad, "be a number in (0, 1]")
    for other in ("1", True, None):
        yield good.but(al.DTypeError, "q", other, "be a number in (0, 1]")


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "cheaper at a higher score of the right class",
        "at most 1 / q",
        "q 1 is 1 - p",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_keras(oracle, input, target, *, q=0.5, from_logits=True, sample_weight=None, reduction):
    if from_logits:
        raise NotCovered("probabilities only")
    if q == 1:
        raise NotCovered("q less than 1")
    options = {"q": q, "sample_weight": sample_weight, "reduction": reduction}
    return oracle.positions("CategoricalGeneralizedCrossEntropy", input, target, **options)


def textbook(np, z, y):
    log_p = cross_entropy.log_softmax(np, z)[np.arange(len(y)), y]
    return ((1 - np.exp(log_p) ** 0.5) / 0.5).mean()


def of_torch(F):
    return lambda z, y: ((1 - (-F.cross_entropy(z, y, reduction="none")).exp() ** 0.5) / 0.5).mean()


NONE = "no loss of a power of the probability"
CASE = Case(
    "generalized_cross_entropy",
    al.generalized_cross_entropy,
    samples,
    reference,
    differentiable=("input",),
    allowance=Allowance("as cross_entropy: near p_y = 1 the error of ln p_y is absolute", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": NONE, "optax": NONE, "keras": Peer(by_keras, scale=1.0), "sklearn": NONE},
    benchmarks=by_classes(benchmark_inputs.classes, textbook=textbook, rivals=(plain_torch(of_torch),)),
    demo=("logits", "labels"),
)
