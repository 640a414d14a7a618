"""NT-Xent."""

import numpy as np

import array_losses as al

from ..case import Allowance, Case, Expected, Sample
from ..peer import Defect, NotCovered, Peer
from ..reference import EXACT, exact, per_sample, times
from ..samples import poisoned, weights


def reference(input, target, *, temperature=0.07, denominator="negatives", sample_weight=None, where=None):
    count = len(input)
    kept = per_sample(True if where is None else where, (count,))
    factors = np.ones((count, count)) if sample_weight is None else per_sample(sample_weight, (count, count))
    loss, share, counts = np.zeros((count, count)), np.zeros((count, count)), np.zeros((count, count), dtype=bool)
    rows = {i: unit([exact(each) for each in input[i]]) for i in range(count) if kept[i]}
    scores = {(i, j): dot(rows[i], rows[j]) / exact(temperature) for i in rows for j in rows if i != j}
    for i, j in scores:
        if target[i] != target[j]:
            continue
        others = [k for k in rows if k not in (i, j) and (denominator == "all" or target[k] != target[i])]
        odds = sum((EXACT.exp(scores[i, k] - scores[i, j]) for k in others), EXACT.mpf(0))
        counts[i, j], share[i, j] = True, factors[i, j]
        loss[i, j] = float(times(exact(factors[i, j]), EXACT.log1p(odds)))
    return Expected(loss=loss, weight=share, kept=counts, divisor="count")


def dot(a, b):
    return sum((x * y for x, y in zip(a, b, strict=True)), EXACT.mpf(0))


def unit(row):
    length = EXACT.sqrt(dot(row, row))
    return [each / length if length else each for each in row]


def samples(rng):
    def draw(labels, size=4):
        return rng.normal(size=(len(labels), size)), np.array(labels, dtype=np.int64)

    two = [0, 1, 2, 0, 1, 2]
    yield Sample("plain", draw(two))
    yield Sample("unlike numbers", draw([7, -3, 7, 7, 0, -3, 2]))
    yield Sample("temperature", draw(two), {"temperature": 0.5})
    yield Sample("all", draw(two), {"denominator": "all", "temperature": 0.3})
    yield Sample("one label", draw([1, 1, 1]))
    yield Sample("no pair", draw([0, 1, 2]))
    yield Sample("one embedding", draw([0]))
    yield Sample("empty batch", (np.zeros((0, 4)), np.zeros(0, dtype=np.int64)))
    yield Sample("sample weight of rows", draw(two), {"sample_weight": weights(rng, (6,)), "temperature": 0.5})
    yield Sample("sample weight of pairs", draw(two), {"sample_weight": weights(rng, (6, 6)), "temperature": 0.5})
    kept = np.array([True, True, False, True, True, True])
    yield Sample("masked", draw(two), {"where": kept, "temperature": 0.5})
    more = {"where": kept, "temperature": 0.5, "denominator": "all", "sample_weight": weights(rng, (6,))}
    yield Sample("all options", draw(two), more)
    x, y = draw(two)
    yield Sample("masked nan and inf", (poisoned(x, kept[:, None]), y), {"where": kept, "temperature": 0.5})
    yield Sample("all masked", draw(two), {"where": np.zeros(6, dtype=bool)})
    x, y = draw(two)
    yield Sample(
        "extreme lengths", (x * np.array([[1e3], [1e-3], [1.0], [1e6], [1.0], [2.0]]), y), {"temperature": 0.5}
    )
    x, y = draw(two)
    x[0] = 0.0
    yield Sample("an embedding of zeros", (x, y), {"temperature": 0.5}, smooth=False)


def invalid(good):
    x, y = good["input"], good["target"]
    yield good.but(al.ShapeError, "input", x[0], "have shape (N, D)")
    for bad in (y[:1], y[:, None]):
        yield good.but(al.ShapeError, "target", bad, f"have shape (N,) = {y.shape}")
    yield good.but(al.DTypeError, "target", y * 1.0, "have an integer dtype (class ids)", "{target.dtype}")
    what = "its pairs are those of the whole batch; gather `input` and `target` of all parts first"
    must = f'be "mean", "sum" or "none": {what}'
    yield good.but(al.OptionError, "reduction", "sums", must)
    for bad in ("positives", None):
        yield good.but(al.OptionError, "denominator", bad, 'be "negatives" or "all"')


def by_optax(oracle, input, target, *, temperature=0.07, reduction):
    if reduction != "mean":
        raise NotCovered("only the mean")
    import optax

    return optax.ntxent(input, target, temperature)


DEFECTS = (
    Defect(
        "optax",
        ("ntxent_loss",),
        ("no pair", "one embedding"),
        "nan",
        "NaN without a pair",
        "it divides by the number of pairs",
        reductions=("mean",),
    ),
    Defect(
        "optax",
        ("ntxent_loss",),
        ("empty batch",),
        "error",
        "an error for an empty batch",
        "a maximum of nothing",
        reductions=("mean",),
    ),
)
CASE = Case(
    "ntxent_loss",
    al.ntxent_loss,
    samples,
    reference,
    differentiable=("input",),
    allowance=Allowance("differences of similarities over the temperature", ulps=16.0, scale=32.0),
    invalid=invalid,
    promises=frozenset({"nonnegative", "linear in the weights"}),
    peers={"optax": Peer(by_optax, reductions=("mean",), scale=8.0)},
    defects=DEFECTS,
)
