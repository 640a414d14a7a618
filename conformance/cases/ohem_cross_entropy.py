"""Cross-entropy of the hardest pixels."""

from dataclasses import replace

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Sample
from ..class_samples import class_ids, class_weights, extreme_classes, ids
from ..invalid import classwise
from ..reference import collect, exact, per_sample, surprise, times
from . import cross_entropy


def reference(
    input,
    target,
    *,
    weight=None,
    threshold=None,
    min_kept=100_000,
    ignore_index=-100,
    axis=1,
    sample_weight=None,
    where=None,
):
    z = np.moveaxis(input, 0 if input.ndim == 1 else axis, -1)
    kept = per_sample(True if where is None else where, target.shape) & (target != ignore_index)
    cost = {index: surprise(z[index], int(target[index])) for index in np.ndindex(target.shape) if kept[index]}
    hard = set(sorted(cost, key=lambda index: -cost[index])[:min_kept])  # of equal ones the first stay in front
    if threshold is not None:
        hard |= {index for index, each in cost.items() if np.exp(-float(each)) < threshold}

    def element(index):
        if index not in hard:
            return None
        w = 1.0 if weight is None else weight[target[index]]
        return times(exact(w), cost[index]), w

    return collect(target.shape, element, divisor="weights", sample_weight=sample_weight)


def samples(rng):
    def draw(shape, axis):
        return 2 * rng.normal(size=shape)

    for each in class_ids(rng, draw):
        yield each if each.label == "plain" else replace(each, options={**each.options, "min_kept": 3})
    for each in class_weights(rng, draw):
        yield replace(each, options={**each.options, "min_kept": 1, "threshold": 0.6})
    for each in extreme_classes(rng):  # where equal ones are hard, a step makes others the hardest
        smooth = each.smooth and each.label not in ("ties", "extreme, wrong")
        yield replace(each, options={**each.options, "min_kept": 2}, smooth=smooth)
    pixels = draw((2, 3, 2, 4), 1), ids(rng, (2, 2, 4), 3)
    yield Sample("all pixels", pixels)
    for count in (0, 1, 5, 16, 17):
        yield Sample(f"min_kept {count}", pixels, {"min_kept": count})
    for threshold in (0.0, 0.3, 0.9, 1.0):
        yield Sample(f"threshold {threshold}", pixels, {"min_kept": 0, "threshold": threshold})
    yield Sample("threshold, more kept", pixels, {"min_kept": 12, "threshold": 0.1})
    even = np.full((5, 2), 1.5), ids(rng, (5,), 2)
    yield Sample("ties, threshold", even, {"min_kept": 2, "threshold": 0.25}, smooth=False)


def invalid(good):
    yield from classwise(good, soft=False)
    yield good.but(al.OptionError, "reduction", "sums", f'be "mean", "sum" or "none": {GATHER}')


GATHER = "which pixels are the hardest depends on all; gather `input` and `target` of all parts first"
PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "a class's weight multiplies its loss",
        "all that are kept are cross-entropy",
        "the hardest of cross-entropy",
        "below the threshold all count",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, z, y):
    log_p = cross_entropy.log_softmax(np, np.moveaxis(z, 1, -1))
    mine = np.where(np.arange(z.shape[1])[None, None, :] == y[:, :, None], log_p, 0.0).sum(axis=-1)
    return -np.sort(np.reshape(mine, (-1,)))[:64].mean()


def of_torch(F):
    def loss(z, y):
        entropy = F.cross_entropy(z, y, reduction="none").reshape(-1)
        return entropy.topk(min(64, len(entropy))).values.mean()

    return loss


NONE = "no loss of the hardest pixels"
CASE = Case(
    "ohem_cross_entropy",
    al.ohem_cross_entropy,
    samples,
    reference,
    differentiable=("input",),
    allowance=Allowance("as cross_entropy", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": NONE, "torchvision": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(
        Benchmark(
            draw=benchmark_inputs.pixels,
            textbook=textbook,
            rivals=(plain_torch(of_torch),),
            options={"min_kept": 64},
        ),
    ),
    demo=("logits", "labels"),
)
