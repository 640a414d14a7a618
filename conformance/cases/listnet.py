"""ListNet."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Sample
from ..invalid import broadcastable
from ..peer import Defect, NotCovered, Peer
from ..reference import collect, exact, per_sample, surprise, times
from ..samples import mask, poisoned, weights


def reference(input, target, *, weight=None, axis=-1, sample_weight=None, where=None):
    w = np.broadcast_to(1.0 if weight is None else weight, input.shape)
    kept = per_sample(True if where is None else where, input.shape)
    scores, relevances, w, kept = (np.moveaxis(each, axis, -1) for each in (input, target, w, kept))

    def element(index):
        there = np.flatnonzero(kept[index])
        if not there.size:
            return None
        s, y = scores[index][there], [exact(w[index][i]) * exact(relevances[index][i]) for i in there]
        return sum(times(y[i], surprise(s, i)) for i in range(len(s))), 1.0

    return collect(scores.shape[:-1], element, divisor="count", sample_weight=sample_weight)


def samples(rng):
    def draw(*shape):
        return 2 * rng.normal(size=shape), rng.uniform(0.1, 2.0, shape)

    shape = (4, 5)
    yield Sample("plain", draw(*shape))
    z, grades = draw(*shape)[0], rng.integers(0, 4, shape)
    yield Sample("grades", (z, grades.astype(np.float64)), smooth=False)
    yield Sample("integer target", (z, grades))
    yield Sample("boolean target", (z, grades > 1))
    yield Sample("one list", draw(6))
    yield Sample("one item", draw(3, 1))
    yield Sample("lists of lists", draw(2, 3, 4))
    yield Sample("axis 1", draw(2, 3, 4), {"axis": 1})
    yield Sample("axis 0", draw(5, 3), {"axis": 0})
    yield Sample("empty batch", draw(0, 3))
    yield Sample("empty lists", draw(3, 0))
    yield Sample("nothing relevant", (z, np.zeros(shape)), smooth=False)

    yield Sample("weight", draw(*shape), {"weight": weights(rng, shape)})
    yield Sample("weight of ranks", draw(*shape), {"weight": weights(rng, (5,))})
    yield Sample("weight of lists", draw(*shape), {"weight": weights(rng, (4, 1))})
    yield Sample("weight 0", draw(*shape), {"weight": np.zeros(shape)})
    yield Sample("sample weight", draw(*shape), {"sample_weight": weights(rng, (4,))})
    yield Sample("sample weight of lists of lists", draw(2, 3, 4), {"sample_weight": weights(rng, (2, 3))})
    yield Sample("sample weight of all", draw(*shape), {"sample_weight": np.asarray(0.25)})
    both = {"weight": weights(rng, shape), "sample_weight": weights(rng, (4,))}
    yield Sample("both weights", draw(*shape), both)
    yield from padded(rng, draw)

    big = np.array([[1e4, -1e4, 50.0, 0.0], [1e4, 1e4, -1e4, -1e4]])
    yield Sample("extreme", (big, np.array([[0.0, 1.0, 0.0, 2.0], [1.0, 2.0, 0.0, 1.0]])), smooth=False)
    yield Sample("extreme, right", (big, np.array([[3.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]])), smooth=False)
    excluded = np.array([[0.5, -np.inf, 1.0], [-np.inf, 0.5, -np.inf]])
    yield Sample("-inf, irrelevant", (excluded, np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])), smooth=False)
    wrong = (excluded, np.array([[1.0, 1.0, 2.0], [0.0, 3.0, 0.0]]))
    yield Sample("infinite loss", wrong, smooth=False)
    yield Sample("infinite loss of weight 0", wrong, {"weight": np.array([1.0, 0.0, 1.0])}, smooth=False)
    yield Sample("infinite loss of sample weight 0", wrong, {"sample_weight": np.array([0.0, 1.0])}, smooth=False)


def padded(rng, draw):
    """Lists of different lengths."""
    shape = (4, 5)
    lengths = np.array([5, 3, 1, 0])
    kept = np.arange(5) < lengths[:, None]
    yield Sample("padded", draw(*shape), {"where": kept})
    bad = tuple(poisoned(each, kept) for each in draw(*shape))
    yield Sample("padded with nan and inf", bad, {"where": kept})
    weight = poisoned(weights(rng, shape), kept)
    every = {"where": kept, "weight": weight, "sample_weight": weights(rng, (4,))}
    yield Sample("padded with nan and inf, weighted", bad, every)
    z, y = draw(*shape)
    yield Sample("padded with -1", (z / 2, np.where(kept, np.rint(y), -1).astype(np.int64)), {"where": kept})
    high = np.where(kept, z - 1e4, 1e4)
    yield Sample("padded with high scores", (high, y), {"where": kept})
    yield Sample("padded with low scores", (np.where(kept, z + 1e4, -1e4), y), {"where": kept})
    yield Sample("masked", draw(2, 3, 4), {"where": mask(rng, (2, 3, 4))})
    yield Sample("masked, axis 1", draw(2, 3, 4), {"where": mask(rng, (2, 3, 4)), "axis": 1})
    yield Sample("masked lists", draw(*shape), {"where": mask(rng, (4,))})
    yield Sample("masked ranks", draw(*shape), {"where": mask(rng, (1, 5))})
    none = np.zeros(shape, dtype=bool)
    yield Sample("all masked", tuple(poisoned(each, none) for each in draw(*shape)), {"where": none})
    excluded = np.array([[-np.inf, 1.0, np.nan], [-np.inf, 2.0, 3.0]])
    there = np.array([[True, True, False], [True, False, True]])
    relevant = np.array([[0.0, 2.0, np.nan], [0.0, 1.0, 1.0]])
    yield Sample("padded, -inf, irrelevant", (excluded, relevant), {"where": there}, smooth=False)


def invalid(good):
    s, y = good["input"], good["target"]
    for bad in (y[:1], y[:, :1], y[:, 0], y[None], y[:0], np.asarray(0.5)):
        yield good.but(al.ShapeError, "target", bad, f"have the shape of `input`, {s.shape}")
    yield good.but(al.DTypeError, "target", y.astype(np.complex64), "hold real numbers")
    yield from broadcastable(good, ("weight",), s.shape, "the shape of `input`")
    for axis in (2, -3):
        yield good.but(al.OptionError, "axis", axis, f"name one of the 2 axes of `input`, of shape {s.shape}")
    for bad in (-1.0, -0.5):
        yield good.value("target", (1, 2), bad, "hold values in [0, inf]", spoiled=(1,))
    hard = good.having(target=np.rint(y).astype(np.int64))
    yield hard.value("target", (1, 2), -1, "hold values in [0, inf]", spoiled=(1,))


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant in a list",
        "permutable over the items",
        "what is left out is not there",
        "linear in the relevances",
        "cross-entropy of one relevant item",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_optax(oracle, input, target, *, weight=None, axis=-1, where=None, reduction):
    arrays = {"logits": input, "labels": target.astype(np.float64)}
    if weight is not None:
        arrays["weights"] = np.broadcast_to(weight, input.shape)
    if where is not None:
        arrays["where"] = per_sample(where, input.shape)
    last = {name: np.moveaxis(each, axis, -1) for name, each in arrays.items()}
    reduce = {"none": None, "mean": oracle.jax.numpy.mean}[reduction]
    return oracle.optax.losses.ranking_softmax_loss(last.pop("logits"), last.pop("labels"), **last, reduce_fn=reduce)


def by_torch(oracle, input, target, *, axis=-1, reduction):
    """Cross-entropy, which does not ask whether probabilities sum to 1."""
    if not input.shape[axis]:
        raise NotCovered("it takes no empty lists")
    last = (np.moveaxis(each, axis, -1) for each in (input, target.astype(np.float64)))
    return oracle.positions("cross_entropy", *last, reduction=reduction)


def textbook(np, s, y):
    s = s - s.max(axis=-1, keepdims=True)
    return -(y * (s - np.log(np.exp(s).sum(axis=-1, keepdims=True)))).sum(axis=-1).mean()


def draw_lists(rng, n):
    lists = max(1, n // 100)
    grades = (rng.random((lists, 100)) < 0.1) * rng.integers(1, 5, (lists, 100))
    return benchmark_inputs.normal(rng, lists, 100), grades.astype(np.float32)


DEFECTS = (
    Defect(
        "torch.nn.functional",
        ("listnet_loss",),
        ("empty batch",),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        "pytorch#70348",
        ("mean",),
    ),
    Defect(
        "optax",
        ("listnet_loss",),
        ("-inf, irrelevant", "padded, -inf, irrelevant", "infinite loss", "infinite loss of weight 0"),
        "nan",
        "NaN for an irrelevant item of score -inf",
        "0 * inf is NaN",
        reductions=("none", "mean"),
    ),
    Defect(
        "torch.nn.functional",
        ("listnet_loss",),
        ("-inf, irrelevant", "infinite loss"),
        "nan",
        "NaN for an irrelevant item of score -inf",
        "0 * inf is NaN",
    ),
)
CASE = Case(
    "listnet_loss",
    al.listnet_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("ln p = s - ln sum e^s is a difference of numbers of order 1", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer(by_torch, scale=1.0),
        "optax": Peer(by_optax, reductions=("none", "mean"), scale=1.0),
        "keras": "no loss of lists",
        "sklearn": "no loss of lists",
    },
    defects=DEFECTS,
    benchmarks=(
        Benchmark(
            draw=draw_lists,
            textbook=textbook,
            rivals=(plain_torch(lambda F: F.cross_entropy),),
            variant="lists of 100",
            smallest=100,
        ),
    ),
)
