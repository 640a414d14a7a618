"""Sparsemax loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import by_classes, plain_torch
from ..case import Case, Kink, Sample
from ..class_samples import class_ids, class_probabilities, extreme_classes
from ..invalid import classwise as invalid
from ..peer import NotCovered, Peer
from ..reference import EXACT, classwise, exact, times


def reference(input, target, *, ignore_index=-100, axis=1, sample_weight=None, where=None):
    """By the definition, at the maximum: the threshold is that of some number of largest scores."""

    def formula(z, y):
        z = [exact(each) for each in z]
        q = [exact(c == y) for c in range(len(z))] if isinstance(y, int) else [exact(each) for each in y]
        ordered = sorted((each for each in z if each > -EXACT.inf), reverse=True)
        tau = max((sum(ordered[:j]) - 1) / j for j in range(1, len(ordered) + 1))
        p = [max(each - tau, exact(0)) for each in z]
        found = sum((times(p[c] - q[c], z[c] - tau) for c in range(len(z))), exact(0))
        return found - sum(each**2 for each in p) / 2 + sum(each**2 for each in q) / 2, 1.0

    options = {"ignore_index": ignore_index, "divisor": "count", "sample_weight": sample_weight, "where": where}
    return classwise(formula, input, target, axis=axis, **options)


def samples(rng):
    def draw(shape, axis):
        return 2 * rng.normal(size=shape)

    yield from class_ids(rng, draw)
    soft = class_probabilities(rng, draw, "weight", "smoothing")
    yield from (each for each in soft if not {"weight", "smoothing"} & each.options.keys())
    yield from extreme_classes(rng)
    x, y = 0.3 * rng.normal(size=(4, 6)), rng.integers(0, 6, 4)
    yield Sample("all classes", (x / 10, y))
    yield Sample("half of the classes", (x, y))
    near = np.array([[1 - 2.0**-12, 0.0], [1 + 2.0**-12, 0.0], [0.0, 1.0]])
    yield Sample("near certain", (near, np.array([0, 0, 1])), smooth=False)
    yield Sample("at the threshold", AT_IT, smooth=False)


AT_IT = np.array([[1.0, 0.0, -3.0], [0.5, 0.5, 0.0]]), np.array([1, 2])
KINKS = (
    Kink("at the threshold", AT_IT, np.array([[1.0, -1.0, 0.0], [0.5, 0.5, -1.0]])),
    Kink("a lead of 1", (np.array([[1.0, 0.0]]), np.array([0])), np.zeros((1, 2))),
)
PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "ids are one-hot probabilities",
        "nothing is lost with the right class ahead by 1",
        "the sparsemax itself costs nothing",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_optax(oracle, input, target, *, reduction):
    if target.dtype.kind == "f":
        raise NotCovered("class ids only")
    return oracle.positions("multiclass_sparsemax_loss", input, target)


def textbook(np, z, y):
    z = z - z.max(axis=1, keepdims=True)
    count = np.arange(z.shape[1])[None, :] + 1
    tau = ((np.cumsum(np.sort(z, axis=1)[:, ::-1], axis=1) - 1) / count).max(axis=1, keepdims=True)
    p = np.maximum(0 * z, z - tau)
    mine = z[np.arange(len(y)), y]
    return ((p * z).sum(axis=1) - (p * p).sum(axis=1) / 2 + 0.5 - mine).mean()


def of_torch(F):
    import torch

    def loss(z, y):
        ordered = z.sort(1, descending=True).values
        count = torch.arange(1, z.shape[1] + 1, device=z.device)
        tau = ((ordered.cumsum(1) - 1) / count).amax(1, keepdim=True)
        p = (z - tau).relu()
        return ((p * z).sum(1) - (p * p).sum(1) / 2 + 0.5 - z.gather(1, y[:, None])[:, 0]).mean()

    return loss


NONE = "no sparsemax"
CASE = Case(
    "sparsemax_loss",
    al.sparsemax_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": NONE, "optax": Peer(by_optax, scale=8.0), "keras": NONE, "sklearn": NONE},
    benchmarks=by_classes(
        benchmark_inputs.classes,
        textbook=textbook,
        rivals=(plain_torch(of_torch),),
    ),
    demo=("logits", "labels"),
)
