"""NT-Xent."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, PeerCall, plain_torch
from ..case import Allowance, Case, Sample
from ..invalid import narrow
from ..peer import Defect, NotCovered, Peer
from ..reference import EXACT, collect, exact, per_sample
from ..samples import poisoned, weights


def cosine(a, b):
    def dot(p, q):
        return sum((exact(x) * exact(y) for x, y in zip(p, q, strict=True)), exact(0))

    size = EXACT.sqrt(dot(a, a) * dot(b, b))
    return dot(a, b) / size if size else exact(0)


def reference(input, target, *, temperature=0.07, denominator="negatives", sample_weight=None, where=None):
    there = [i for i in range(len(target)) if per_sample(True if where is None else where, target.shape)[i]]
    s = {(i, k): cosine(input[i], input[k]) / exact(temperature) for i in there for k in there if i != k}

    def element(pair):
        i, j = pair
        if pair not in s or target[i] != target[j]:
            return None
        rivals = [k for k in there if k not in (i, j) and (denominator == "all" or target[k] != target[i])]
        return EXACT.log1p(sum((EXACT.exp(s[i, k] - s[i, j]) for k in rivals), exact(0))), 1.0

    shape = (len(target), len(target))
    return collect(shape, element, divisor="count", sample_weight=sample_weight)


def samples(rng):
    def draw(count=6, width=3):
        return rng.normal(size=(count, width)), np.array([3, 1, 1, 3, 1, 8])[:count]

    x, y = draw()
    warm = {"temperature": 0.5}
    yield Sample("plain", (x, y), warm)
    yield Sample("default temperature", (x, y))
    yield Sample("all", (x, y), {"denominator": "all", **warm})
    yield Sample("all, default temperature", (x, y), {"denominator": "all"})
    yield Sample("two views", (x, np.arange(6) // 2), warm)
    yield Sample("two views, all", (x, np.arange(6) // 2), {"denominator": "all", **warm})
    yield Sample("hot", (x, y), {"temperature": 50.0})
    yield Sample("one feature", draw(width=1), warm, smooth=False)
    yield Sample("many features", draw(width=40), warm)
    yield Sample("one positive pair", draw(4), warm)
    yield Sample("no positive pair", draw(2), warm)
    yield Sample("no negative pair", (x, np.zeros(6, dtype=np.int64)), warm)
    yield Sample("no negative pair, all", (x, np.zeros(6, dtype=np.int64)), {"denominator": "all", **warm})
    yield Sample("one embedding", draw(1), warm)
    yield Sample("empty batch", draw(0), warm)
    yield Sample("no features", draw(width=0), warm)

    yield Sample("sample weight of anchors", (x, y), {"sample_weight": weights(rng, (6,)), **warm})
    yield Sample("sample weight of partners", (x, y), {"sample_weight": weights(rng, (1, 6)), **warm})
    yield Sample("sample weight of pairs", (x, y), {"sample_weight": weights(rng, (6, 6)), **warm})
    yield Sample("sample weight of all", (x, y), {"sample_weight": np.asarray(0.25), **warm})
    for denominator in ("negatives", "all"):
        options, kept = {"denominator": denominator, **warm}, np.array([True, True, True, False, True, False])
        yield Sample(f"masked, {denominator}", (x, y), {"where": kept, **options})
        bad = {"where": kept, "sample_weight": poisoned(weights(rng, (6,)), kept), **options}
        yield Sample(f"masked nan and inf, {denominator}", (poisoned(x, kept[:, None]), y), bad)
        none = np.zeros(6, dtype=bool)
        yield Sample(f"all masked, {denominator}", (poisoned(x, none[:, None]), y), {"where": none, **options})
        zero = x * (np.arange(6) != 2)[:, None]
        yield Sample(f"zero vector, {denominator}", (zero, y), options, smooth=False)
        yield Sample(f"equal embeddings, {denominator}", (np.ones((6, 3)), y), options, terms=2.0)
        yield Sample(f"opposite embeddings, {denominator}", (x[[0, 1, 1, 0, 1, 0]] * SIGNS, y), options)
        apart = np.eye(3)[[0, 1, 1, 0, 1, 2]] + 0.1 * rng.normal(size=(6, 3))
        yield Sample(f"cold, {denominator}", (apart, y), {"denominator": denominator, "temperature": 0.04})
    lengths = np.array([1e150, 1e-150, 1e30, 1e-30, 1.0, 1e3])[:, None]
    yield Sample("extreme, huge and tiny", (x * lengths, y), warm, smooth=False)


SIGNS = np.array([1.0, 1.0, -1.0, -1.0, 1.0, 1.0])[:, None]


def invalid(good):
    x, y = good["input"], good["target"]
    for bad in (x[0], x[None], x[0, 0]):
        yield good.but(al.ShapeError, "input", bad, "have shape (N, D)")
    for bad in (y[:1], y[:, None], y[:0], np.asarray(1)):
        yield good.but(al.ShapeError, "target", bad, f"have shape (N,) = ({len(y)},)")
    for dtype in (np.bool_, np.float64, np.complex64):
        yield good.but(al.DTypeError, "target", y.astype(dtype), "hold integer ids")
    yield from narrow(good, ("sample_weight",), (len(y), len(y)), "(N, N)")
    yield from narrow(good, ("where",), (len(y),), "(N,)")
    for bad in ("negative", "positives", None, True):
        yield good.but(al.OptionError, "denominator", bad, 'be "negatives" or "all"')


PROMISES = frozenset(
    {
        "nonnegative",
        "linear in the weights",
        "pairs follow the batch",
        "lengths do not matter",
        "directions may be turned together",
        "ids may be renamed",
        "no positive pair costs nothing",
        "what is masked is in no pair",
        "denominators agree where each id has two",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_optax(oracle, input, target, *, temperature=0.07, denominator="negatives", where=None, reduction):
    """The mean, of the embeddings that there are."""
    if denominator == "all":
        raise NotCovered("negatives alone in the denominator")
    if reduction != "mean":
        raise NotCovered("the mean alone")
    kept = per_sample(True if where is None else where, target.shape)
    return oracle.optax.losses.ntxent(input[kept], target[kept], temperature=temperature)


def textbook(np, x, y):
    x = x / (x * x).sum(axis=1, keepdims=True) ** 0.5
    s, same = x @ x.T / 0.07, y[:, None] == y
    index = np.arange(len(y))
    positive = same & (index[:, None] != index)
    e = np.exp(s)
    loss = np.log(e + np.where(same, 0.0, e).sum(axis=1, keepdims=True)) - s
    return np.where(positive, loss, 0.0).sum() / positive.sum()


def of_torch(F):
    import torch

    def loss(x, y):
        x = F.normalize(x)
        s, same = x @ x.T / 0.07, y[:, None] == y
        positive = same & ~torch.eye(len(y), dtype=torch.bool, device=y.device)
        others = torch.logsumexp(s.masked_fill(same, -torch.inf), 1, keepdim=True)
        return torch.logaddexp(s, others).sub(s).masked_fill(~positive, 0).sum() / positive.sum()

    return loss


def draw_views(rng, n):
    """Two views of each id; as many pairs as numbers asked for, where they are more than the numbers."""
    count = max(2, min(n // 32, int(n**0.5)) // 2 * 2)
    ids = np.repeat(np.arange(count // 2), 2)
    return benchmark_inputs.normal(rng, count, max(1, min(128, n // count))), ids


RIVALS = (
    plain_torch(of_torch),
    PeerCall("optax", "optax.losses.ntxent", lambda optax: lambda x, y: optax.losses.ntxent(x, y)),
)
DEFECTS = (
    Defect(
        "optax",
        ("ntxent_loss",),
        ("no positive pair", "one embedding"),
        "nan",
        "NaN without a positive pair",
        "it divides 0 by 0",
        reductions=("mean",),
    ),
    Defect(
        "optax",
        ("ntxent_loss",),
        ("empty batch", "all masked, negatives"),
        "error",
        "no empty batch",
        "it takes the maximum of nothing",
        reductions=("mean",),
    ),
    Defect(
        "optax",
        ("ntxent_loss",),
        ("extreme, huge and tiny",),
        "number",
        "another cosine for very long and very short embeddings",
        "their squares overflow, or are less than its epsilon",
        reductions=("mean",),
    ),
)
NONE = "no loss of pairs of a batch"
CASE = Case(
    "ntxent_loss",
    al.ntxent_loss,
    samples,
    reference,
    differentiable=("input",),
    allowance=Allowance(
        "differences of cosines that are divided by the temperature: the error is that of 1 / 0.07", scale=16.0
    ),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": NONE,
        "optax": Peer(by_optax, reductions=("mean",), scale=16.0),
        "keras": NONE,
        "sklearn": NONE,
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=draw_views, textbook=textbook, rivals=RIVALS, smallest=64),),
)
