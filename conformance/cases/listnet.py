"""ListNet."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark
from ..case import Allowance, Case, Expected, Sample
from ..peer import NotCovered, Peer
from ..reference import EXACT, exact, per_sample, times
from ..samples import mask, poisoned, weights


def reference(input, target, weight=None, *, axis=-1, sample_weight=None, where=None):
    s, y, w = (None if each is None else np.moveaxis(each, axis, -1) for each in (input, target, weight))
    kept = np.moveaxis(per_sample(True if where is None else where, input.shape), axis, -1)
    shape = s.shape[:-1]
    factors = np.ones(shape) if sample_weight is None else per_sample(sample_weight, shape)
    loss, share, counts = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=bool)
    for at in np.ndindex(shape):
        items = np.flatnonzero(kept[at])
        if not len(items):
            continue
        total = EXACT.mpf(0)
        for i in items:
            others = sum((EXACT.exp(exact(s[at][j]) - exact(s[at][i])) for j in items), EXACT.mpf(0))
            total += times(exact(y[at][i]) * (1 if w is None else exact(w[at][i])), EXACT.log(others))
        counts[at], loss[at], share[at] = True, float(times(exact(factors[at]), total)), factors[at]
    return Expected(loss=loss, weight=share, kept=counts, divisor="count")


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), rng.uniform(size=shape)

    yield Sample("plain", draw((4, 5)))
    yield Sample("one list", draw((6,)))
    yield Sample("one item", draw((3, 1)))
    yield Sample("queries of users", draw((2, 3, 4)))
    yield Sample("empty batch", draw((0, 3)))
    yield Sample("grades", (rng.normal(size=(3, 4)), rng.integers(0, 5, (3, 4))))
    yield Sample("sample weight of lists", draw((4, 5)), {"sample_weight": weights(rng, (4,))})
    yield Sample("weight of items", (*draw((4, 5)), weights(rng, (4, 5))))
    kept = mask(rng, (4, 5))
    kept[:, 2] = True
    yield Sample("masked", draw((4, 5)), {"where": kept})
    both = {"where": kept, "sample_weight": weights(rng, (4,))}
    yield Sample("all options", (*draw((4, 5)), weights(rng, (4, 5))), both)
    bad = tuple(poisoned(each, kept) for each in draw((4, 5)))
    yield Sample("masked nan and inf", bad, {"where": kept})
    some = kept.copy()
    some[1] = False
    yield Sample("a list without an item", draw((4, 5)), {"where": some})
    yield Sample("all masked", draw((2, 3)), {"where": np.zeros((2, 3), dtype=bool)})
    yield Sample("another axis", draw((5, 4)), {"axis": 0})
    yield Sample("extreme", (np.array([[50.0, -50.0, 49.0], [9.0, 10.0, -1e3]]), np.ones((2, 3))))
    yield Sample("huge and tiny", (np.array([[1e4, -1e4, 0.0]]), np.array([[0.5, 0.0, 1e-3]])))


def invalid(good):
    y = good["target"]
    for bad in (y[:1], y[:, :1], y[None]):
        yield good.but(al.ShapeError, "target", bad, f"have shape (*S, D) = {y.shape}")
    yield good.but(al.DTypeError, "target", y > 0, "hold numbers", "bool")
    must = f"name one of the 2 axes of `input`, of shape {y.shape}"
    for bad in (2, -3):
        yield good.but(al.OptionError, "axis", bad, must)


def by_optax(oracle, input, target, weight=None, *, where=None, reduction):
    if input.ndim != 2 or (where is not None and not where.any(axis=-1).all()):
        raise NotCovered("its mean is another where lists are empty")
    import optax

    return optax.losses.ranking_softmax_loss(input, target, where=where, weights=weight, reduce_fn=None)


def textbook(np, x, y):
    shifted = x - x.max(-1, keepdims=True)
    return -(y * (shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)))).sum(-1).mean()


def draw_lists(rng, n):
    count = max(n // 10, 1)
    return rng.normal(size=(count, 10)).astype("f4"), rng.uniform(size=(count, 10)).astype("f4")


CASE = Case(
    "listnet_loss",
    al.listnet_loss,
    samples,
    reference,
    differentiable=("input", "target", "weight"),
    allowance=Allowance("sums of logits less logsumexp", ulps=8.0, scale=16.0),
    invalid=invalid,
    promises=frozenset({"permutable over the batch", "linear in the weights"}),
    peers={"optax": Peer(by_optax, reductions=("none",))},
    benchmarks=(Benchmark(draw=draw_lists, textbook=textbook),),
)
