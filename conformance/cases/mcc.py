"""Loss of the Matthews correlation coefficient."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Sample
from ..invalid import narrow, unit
from ..peer import NotCovered, Peer
from ..reference import EXACT, collect, exact, per_sample
from ..region_reference import chances
from ..regions import drawn_soft
from ..samples import mask, poisoned, weights


def reference(
    input, target, *, eps=1e-5, activation="sigmoid", ignore_index=-100, sample_weight=None, where=None
):  # fmt: skip
    kept = per_sample(True if where is None else where, input.shape)
    inner = sample_weight is not None and np.ndim(sample_weight) == 1  # the weights of samples in the sums

    def weight(at):
        ignored = target.dtype.kind in "iu" and target[at] == ignore_index
        return exact(0) if ignored or not kept[at] else exact(sample_weight[at[0]]) if inner else exact(1)

    def element(_):
        found, seen = [exact(eps)] * 4, False
        for at in np.ndindex(input.shape):
            v = weight(at)
            if v:
                (p,), y, seen = chances(input[at][None], activation), exact(target[at]), True
                kinds = p * y, p * (1 - y), (1 - p) * y, (1 - p) * (1 - y)
                found = [a + v * b for a, b in zip(found, kinds, strict=True)]
        tp, fp, fn, tn = found
        under = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
        return (1 - (tp * tn - fp * fn) / EXACT.sqrt(under) if under else exact(1), 1.0) if seen else None

    return collect((), element, divisor="count", sample_weight=None if inner else sample_weight)


def samples(rng):
    def maps(*shape):
        return rng.normal(size=shape), rng.integers(0, 2, shape)

    x, y = maps(2, 3, 3)
    yield Sample("plain", (x, y))
    yield Sample("one axis", maps(6))
    yield Sample("volume", maps(1, 2, 2, 2))
    yield Sample("one pixel", maps(1, 1))
    yield Sample("empty batch", maps(0, 3))
    yield Sample("empty space", maps(2, 0))
    yield Sample("boolean", (x, y > 0))
    yield Sample("soft target", drawn_soft(rng, (2, 5)))
    for eps in (0.0, 1.0):
        yield Sample(f"eps {eps}", (x, y), {"eps": eps})
    p = rng.uniform(0.05, 0.95, x.shape)
    yield Sample("probabilities", (p, y), {"activation": None})
    yield Sample("probabilities, soft target", (p, p[::-1].copy()), {"activation": None, "eps": 0.0})

    w = weights(rng, (2,))
    yield Sample("sample weight", (x, y), {"sample_weight": w[::-1].copy()})
    yield Sample("sample weight 0", (x, y), {"sample_weight": np.zeros(2)})
    yield Sample("sample weight of all", (x, y), {"sample_weight": np.asarray(2.5)})
    kept = mask(rng, x.shape)
    yield Sample("masked", (x, y), {"where": kept})
    yield Sample("masked, weighted", (x, y), {"where": kept, "sample_weight": np.array([0.5, 2.0])})
    yield Sample("masked rows", (x, y), {"where": np.array([[[True], [False], [True]]])})
    yield Sample("masked nan, inf and bad labels", (poisoned(x, kept), np.where(kept, y, 99)), {"where": kept})
    image = {"where": np.array([True, False]), "sample_weight": np.array([0.5, np.nan])}
    yield Sample("masked image", (poisoned(x, image["where"][:, None, None]), y), image)
    yield Sample("all masked", (poisoned(x, ~kept & kept), y), {"where": np.zeros((1, 3, 3), dtype=bool)})
    yield Sample("ignored", (poisoned(x, kept), np.where(kept, y, -100)))
    yield Sample("another ignored id", (x, np.where(kept, y, 255)), {"ignore_index": 255})
    yield Sample("all ignored", (x, np.full_like(y, -100)))
    yield from extreme()


def extreme():
    """Certain predictions, and batches of one kind."""
    y = np.array([[0, 1, 1, 0], [1, 1, 0, 1]])
    sure = np.where(y, 200.0, -200.0)
    for eps in (0.0, 1e-5):
        options = {"eps": eps}
        yield Sample(f"extreme, right, eps {eps}", (sure, y), options)
        yield Sample(f"extreme, wrong, eps {eps}", (-sure, y), options)
        yield Sample(f"extreme, infinite, eps {eps}", (np.where(y, np.inf, -np.inf), y), options, smooth=False)
        given = {"activation": None, **options}
        yield Sample(f"nothing predicted, eps {eps}", (np.zeros((2, 4)), y), given, smooth=False)
        yield Sample(f"nothing true, eps {eps}", (np.full((2, 4), 0.25), 0 * y), given)
        yield Sample(f"nothing predicted, nothing true, eps {eps}", (np.zeros((2, 4)), 0 * y), given, smooth=False)
        yield Sample(
            f"everything predicted, everything true, eps {eps}", (np.ones((2, 4)), 1 + 0 * y), given, smooth=False
        )
    rare = np.where(np.arange(200) == 7, 1, 0)[None]
    yield Sample("one true pixel of many", (np.cos(np.arange(200.0))[None], rare))


def invalid(good):
    x, y = good["input"], good["target"]
    for bad in (y[:1], y[:, :2], y[0]):
        yield good.but(al.ShapeError, "target", bad, f"have shape (N, *S) = {x.shape}")
    yield good.but(al.DTypeError, "target", x.astype(np.complex64), "hold real numbers")
    yield good.but(al.ShapeError, "input", x[0, 0, 0], "have shape (N, *S)")
    for bad in ("softmax", "Sigmoid", True):
        yield good.but(al.OptionError, "activation", bad, 'be "sigmoid" or None')
    for bad in (np.ones(3), np.ones((2, 1))):
        yield good.but(al.ShapeError, "sample_weight", bad, "have shape (N,) = (2,)")
    yield from narrow(good, ("where",), x.shape, "(N, *S)")
    for bad in (-1, 2):
        yield good.value("target", (1, 2, 0), bad, "hold values in [0, 1]", spoiled=())
    soft = good.having(target=0.25 + 0 * x)
    yield soft.but(al.OptionError, "ignore_index", 1, "be negative when `target` holds probabilities")
    yield from unit(soft, "target", (1, 2, 0), spoiled=())
    yield from unit(good.having(input=0.25 + 0 * x, activation=None), "input", (0, 1, 2), spoiled=())


PROMISES = frozenset(
    {
        "nonnegative",
        "linear in the weights",
        "permutable over the pixels",
        "one loss of all samples in any order",
        "both labels may change places",
        "the opposite prediction costs what is left of 2",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_sklearn(oracle, input, target, *, eps=1e-5, activation="sigmoid", reduction):
    if activation is not None or eps or not np.all((input == 0) | (input == 1)):
        raise NotCovered("hard predictions, and no eps")
    return 1 - oracle.elements("matthews_corrcoef", input, target)


def sklearn_samples(oracle, rng):
    """Predictions of 0 and 1."""
    options = {"activation": None, "eps": 0.0}
    y, guess = rng.integers(0, 2, (2, 20)), rng.integers(0, 2, (2, 20))
    yield Sample("hard predictions", (guess.astype(float), y), options)
    yield Sample("hard predictions, all of a kind", (np.ones((2, 20)), y), options, smooth=False)


def textbook(np, z, y):
    p = 1 / (1 + np.exp(-z))
    tp, fp, fn, tn = ((a * b).sum() + 1e-5 for a, b in ((p, y), (p, 1 - y), (1 - p, y), (1 - p, 1 - y)))
    return 1 - (tp * tn - fp * fn) / ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) ** 0.5


def of_torch(F):
    def loss(z, y):
        p = z.sigmoid()
        tp, fp, fn, tn = ((a * b).sum() + 1e-5 for a, b in ((p, y), (p, 1 - y), (1 - p, y), (1 - p, 1 - y)))
        return 1 - (tp * tn - fp * fn) / ((tp + fp).sqrt() * (tp + fn).sqrt() * (tn + fp).sqrt() * (tn + fn).sqrt())

    return loss


CASE = Case(
    "mcc_loss",
    al.mcc_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("1 - score is a difference of numbers of order 1", scale=2.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": "no correlation coefficient",
        "optax": "no correlation coefficient",
        "keras": "no correlation coefficient",
        "sklearn": Peer(by_sklearn, scale=1.0, samples=sklearn_samples),
    },
    benchmarks=(Benchmark(draw=benchmark_inputs.logits, textbook=textbook, rivals=(plain_torch(of_torch),)),),
    demo={"binary": ("logits", "labels"), "segmentation": ("foreground_logits", "foreground")},
)
