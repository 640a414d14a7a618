"""Distribution focal loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Kink, Sample
from ..class_samples import class_ids
from ..invalid import narrow
from ..peer import Defect, NotCovered, Peer
from ..reference import collect, exact, surprise, times
from ..samples import poisoned
from . import cross_entropy


def reference(input, target, *, axis=1, sample_weight=None, where=None):
    z = np.moveaxis(input, 0 if input.ndim == 1 else axis, -1)

    def element(index):
        y = exact(target[index])
        k = min(int(y), max(z.shape[-1] - 2, 0))
        above = min(k + 1, z.shape[-1] - 1)
        return times(1 - (y - k), surprise(z[index], k)) + times(y - k, surprise(z[index], above)), 1.0

    return collect(z.shape[:-1], element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape, axis):
        return 2 * rng.normal(size=shape)

    for each in class_ids(rng, draw):
        x, y = each.arrays
        if "ignore" in each.label:
            continue
        last = x.shape[0 if x.ndim == 1 else each.options.get("axis", 1)] - 1
        places = np.asarray(np.clip(y + rng.uniform(0.1, 0.9, y.shape), 0, max(last - 0.1, 0)))
        if "bad" in each.label:
            places = poisoned(places, each.options["where"])
        yield Sample(each.label, (x, places), each.options, smooth=last > 0)
    x = 2 * rng.normal(size=(6, 4))
    yield Sample("whole numbers", (x, np.array([0.0, 1.0, 2.0, 3.0, 0.0, 3.0])), smooth=False)
    yield Sample("integer target", (x, np.array([0, 1, 2, 3, 0, 3])))
    yield Sample("near whole numbers", (x, np.array([2.0**-20, 1 - 2.0**-20, 1, 1.5, 3 - 2.0**-20, 2])), smooth=False)
    yield Sample("two bins", (x[:, :2], np.array([0.0, 0.25, 0.5, 0.75, 1.0, 0.125])), smooth=False)
    big = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0], [50.0, -50.0, 0.0]])
    yield Sample("extreme", (big, np.array([0.25, 0.75, 1.5])), smooth=False)
    out = x[:3, :3].copy()
    out[:, 2] = -np.inf
    yield Sample("-inf elsewhere", (out, np.array([0.0, 0.5, 1.0])), smooth=False)
    yield Sample("infinite loss", (out, np.array([0.5, 1.5, 2.0])), smooth=False)
    only = {"sample_weight": np.array([1.0, 0.0, 0.0])}
    yield Sample("infinite loss of weight 0", (out, np.array([0.5, 1.5, 2.0])), only, smooth=False)


def invalid(good):
    x, y = good["input"], good["target"]
    batch, bins = x.shape
    for bad in (y[:1], y[:, None], y[:0], x):
        yield good.but(al.ShapeError, "target", bad, f"have shape (N, *S) = ({batch},)")
    yield good.but(al.DTypeError, "target", y.astype(np.complex64), "hold real numbers")
    yield good.but(al.DTypeError, "target", y > 0, "hold numbers", "bool")
    for axis in (2, -3):
        yield good.but(al.OptionError, "axis", axis, f"name one of the 2 axes of `input`, of shape {x.shape}")
    yield from narrow(good, ("sample_weight", "where"), (batch,), "(N, *S)")
    for bad in (-0.5, bins - 0.5, np.inf, -np.inf):
        yield good.value("target", (2,), bad, f"hold values in [0, {bins - 1}]")
    whole = good.having(target=np.zeros(batch, dtype=np.int64))
    for bad in (-1, bins):
        yield whole.value("target", (2,), bad, f"hold values in [0, {bins - 1}]")


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "whole numbers are class ids",
        "linear between whole numbers",
        "bins may be turned round",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torch(oracle, input, target, *, axis=1, reduction):
    """As mmdetection writes it: two cross-entropies, weighted by the distances."""
    bins = input.shape[0 if input.ndim == 1 else axis]
    if reduction != "none" or bins < 2 or not target.size:
        raise NotCovered("the unreduced loss of two bins or more")
    z = input if input.ndim == 1 else np.moveaxis(input, axis, 1)
    left = np.minimum(np.floor(target), bins - 2)
    below, above = (oracle.whole("cross_entropy", z, (left + i).astype(np.int64), reduction="none") for i in (0, 1))
    return below.numpy() * (left + 1 - target) + above.numpy() * (target - left)


def textbook(np, z, y):
    log_p, k = cross_entropy.log_softmax(np, z), np.floor(y)
    low, row = np.asarray(k, dtype=int), np.arange(len(y))
    return ((y - k - 1) * log_p[row, low] - (y - k) * log_p[row, low + 1]).mean()


def of_torch(F):
    def loss(z, y):
        low = y.long()
        below, above = (F.cross_entropy(z, low + i, reduction="none") for i in (0, 1))
        return (below * (low + 1 - y) + above * (y - low)).mean()

    return loss


def draw_sides(rng, n):
    """Sides of boxes, of 17 bins each."""
    rows = max(1, n // 17)
    return benchmark_inputs.normal(rng, rows, 17), 15.9 * rng.random(rows, dtype=np.float32)


NONE = "no loss of numbers between bins"
DEFECTS = (
    Defect(
        "torch.nn.functional",
        ("distribution_focal_loss",),
        ("-inf elsewhere",),
        "nan",
        "NaN for a -inf logit of weight 0",
        "0 * inf is NaN",
        reductions=("none",),
    ),
)
CASE = Case(
    "distribution_focal_loss",
    al.distribution_focal_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=(
        Kink(
            "at a whole number",
            (np.zeros((2, 4)), np.array([1.0, 3.0])),
            np.array([[0.25, -0.75, 0.25, 0.25], [0.25, 0.25, 0.25, -0.75]]),
        ),
    ),
    allowance=Allowance("as cross_entropy", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer(by_torch, reductions=("none",), scale=1.0),
        "torchvision": NONE,
        "optax": NONE,
        "keras": NONE,
        "sklearn": NONE,
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=draw_sides, textbook=textbook, rivals=(plain_torch(of_torch),), smallest=34),),
    demo={"detection": ("side_logits", "sides")},
)
