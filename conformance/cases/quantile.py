"""Quantile loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Case, Kink, Sample
from ..invalid import regression
from ..peer import Defect, NotCovered, Peer
from ..reference import collect, exact, per_sample
from ..samples import elementwise as elementwise_samples
from ..samples import mask, poisoned, weights


def reference(input, target, *, tau=0.5, axis=-1, sample_weight=None, where=None):
    quantiles = np.moveaxis(np.empty(input.shape), axis, -1).shape[-1] if isinstance(tau, tuple) else None

    def element(index):
        if quantiles is None:
            share, y = exact(tau), exact(target[index])
        else:
            place = axis % input.ndim
            share, y = exact(tau[index[place]]), exact(target[index[:place] + index[place + 1 :]])
        x = exact(input[index])
        if x == y:
            return exact(0), 1.0
        return (share * (y - x) if y > x else (1 - share) * (x - y)), 1.0

    return collect(input.shape, element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), rng.normal(size=shape)

    yield from elementwise_samples(rng, draw)
    yield Sample("integer target", (rng.normal(size=(2, 3)), rng.integers(-3, 4, (2, 3))))
    for tau in (0.1, 0.9, 0.999):
        yield Sample(f"tau {tau}", draw((4, 3)), {"tau": tau})
    yield Sample("kink", (np.array([1.0, -2.0, 0.0]), np.array([1.0, -2.0, -0.0])), {"tau": 0.3}, smooth=False)
    big = (np.array([1e4, -1e4, 50.0, 1e-4]), np.array([-1e4, 50.0, -50.0, 0.0]))
    yield Sample("extreme", big, {"tau": 0.9})
    yield Sample("huge and tiny", (np.array([1e300, -1e300, 1e-100]), np.array([1.0, 0.0, 0.0])), smooth=False)
    far = (np.array([np.inf, 0.5, -np.inf]), np.array([0.0, 1.0, 2.0]))
    yield Sample("infinite loss", far, {"tau": 0.2}, smooth=False)
    yield Sample("infinite loss of weight 0", far, {"sample_weight": np.array([0.0, 1.0, 0.0])}, smooth=False)
    yield from several(rng)


def several(rng):
    """Several quantiles at once."""
    taus = {"tau": (0.1, 0.5, 0.9)}

    def draw(*shape, axis=-1, count=3):
        x = rng.normal(size=(*shape, count))
        return np.moveaxis(x, -1, axis), np.asarray(2 * rng.normal(size=shape))

    yield Sample("taus", draw(4), taus)
    yield Sample("taus out of order, one twice", draw(4, count=4), {"tau": (0.9, 0.2, 0.9, 0.5)})
    yield Sample("one tau in a tuple", draw(4, count=1), {"tau": (0.3,)})
    yield Sample("taus of one target", draw(), taus)
    yield Sample("taus of sequences", draw(2, 5), taus)
    yield Sample("taus on axis 1", draw(2, 5, axis=1), {**taus, "axis": 1})
    yield Sample("taus on axis 0", draw(5, axis=0), {**taus, "axis": 0})
    yield Sample("taus, empty batch", draw(0), taus)
    yield Sample("taus, integer target", (draw(4)[0], rng.integers(-3, 4, 4)), taus)
    yield Sample("taus, sample weight of rows", draw(4), {**taus, "sample_weight": weights(rng, (4,))})
    yield Sample("taus, sample weight of quantiles", draw(4), {**taus, "sample_weight": weights(rng, (1, 3))})
    yield Sample("taus, masked", draw(4), {**taus, "where": mask(rng, (4, 3))})
    kept = mask(rng, (4,))
    bad = tuple(poisoned(each, k) for each, k in zip(draw(4), (kept[:, None], kept), strict=True))
    yield Sample("taus, masked nan and inf", bad, {**taus, "where": kept})
    yield Sample("taus, all masked", draw(4), {**taus, "where": np.zeros((4, 3), dtype=bool)})
    x = np.array([[1.0, 0.0, 2.0], [-np.inf, 0.0, np.inf]])
    yield Sample("taus, kink and infinite loss", (x, np.array([1.0, 0.0])), taus, smooth=False)


KINKS = (
    Kink(
        "equal to the target",
        (np.array([0.0, 1.0, -2.0]), np.array([0.0, 0.0, 0.0])),
        np.array([0.0, 0.75, -0.25]),
        {"tau": 0.25},
    ),
    Kink(
        "taus, equal to the target",
        (np.array([[0.0, 1.0, -2.0, 0.0]]), np.array([0.0])),
        np.array([[0.0, 0.75, -0.75, 0.0]]),
        {"tau": (0.5, 0.25, 0.75, 0.25)},
    ),
)


def invalid(good):
    yield from regression(good)
    one = "be a number in (0, 1) or a tuple of such numbers"
    for bad in (0.0, 1.0, 1, -0.1, 95.0, np.nan):
        yield good.but(al.OptionError, "tau", bad, one)
    for other in ("0.5", True, None):
        yield good.but(al.DTypeError, "tau", other, one)
    several = good.having(tau=(0.1, 0.5, 0.9), target=good["target"][:, 0])
    for bad in ((), (0.1, 0.5, 1.5), (0.0, 0.5, 0.9)):
        yield several.but(al.OptionError, "tau", bad, one)
    for axis in (2, -3):
        must = f"name one of the 2 axes of `input`, of shape {good['input'].shape}"
        yield several.but(al.OptionError, "axis", axis, must)
    rows = len(good["input"])
    for bad in (good["target"], good["target"][:1, 0]):
        yield several.but(al.ShapeError, "target", bad, f"have shape (*S,) = ({rows},)")
    for count in (2, 4):
        yield good.having(target=good["target"][:, 0], tau=(0.5,) * count).but(
            al.ShapeError, "input", good["input"], f"have shape (*S, {count})"
        )


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "translation invariant",
        "zero at the target",
        "monotone in the error",
        "homogeneous",
        "half of l1 at tau one half",
        "mirrored at 1 - tau",
        "minimised by the quantile",
        "several taus are one each",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_sklearn(oracle, input, target, *, tau=0.5, axis=-1, sample_weight=None, reduction):
    if isinstance(tau, tuple):  # one after the other
        if reduction != "none":
            raise NotCovered("one quantile at a time")
        w = None if sample_weight is None else np.moveaxis(per_sample(sample_weight, input.shape), axis, 0)
        found = [
            by_sklearn(oracle, x, target, tau=each, sample_weight=None if w is None else w[q], reduction=reduction)
            for q, (each, x) in enumerate(zip(tau, np.moveaxis(input, axis, 0), strict=True))
        ]
        return np.stack(found, axis=axis)
    w = None if sample_weight is None else per_sample(sample_weight, input.shape)
    if reduction == "mean" and w is None:
        return oracle.elements("mean_pinball_loss", input, target, alpha=tau)
    loss = oracle.compiled("PinballLoss", quantile=tau)
    return (oracle.unreduced if reduction == "none" else oracle.mean)(loss, input, target, w)


def textbook(np, x, y):
    return np.maximum(0.9 * (y - x), -0.1 * (y - x)).mean()


def textbook_of_several(np, x, y):
    e = y[:, None] - x
    return sum(np.maximum(tau * e[:, q], (tau - 1) * e[:, q]).mean() for q, tau in enumerate(NINE)) / len(NINE)


NINE = tuple(q / 10 for q in range(1, 10))


def rows_of_nine(rng, n):
    rows = max(1, n // 9)
    return benchmark_inputs.normal(rng, rows, 9), benchmark_inputs.normal(rng, rows)


DEFECTS = (
    Defect(
        "scikit-learn",
        ("quantile_loss",),
        ("empty batch", "infinite loss"),
        "error",
        "refuses to reduce nothing, and infinities",
        "it checks that there are samples and that all is finite",
        reductions=("mean",),
    ),
    Defect(
        "scikit-learn",
        ("quantile_loss",),
        ("infinite loss of weight 0",),
        "nan",
        "NaN for weight 0",
        "0 * inf is NaN",
        reductions=("none",),
    ),
)
NONE = "no quantile loss"
CASE = Case(
    "quantile_loss",
    al.quantile_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": Peer(by_sklearn)},
    defects=DEFECTS,
    benchmarks=(
        Benchmark(draw=benchmark_inputs.pair, textbook=textbook, options={"tau": 0.9}),
        Benchmark(
            draw=rows_of_nine, textbook=textbook_of_several, options={"tau": NINE}, variant="9 quantiles", smallest=9
        ),
    ),
    demo=("predicted", "progress"),
)
