"""Generalized intersection over union of boxes."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Allowance, Case, Kink, Sample
from ..invalid import narrow
from ..peer import Defect, Peer
from ..reference import collect, exact
from ..samples import mask, poisoned, weights


def area(x1, y1, x2, y2):
    return (x2 - x1) * (y2 - y1) if x1 < x2 and y1 < y2 else exact(0)


def pair(a, b, eps):
    """The loss of two boxes."""
    shared = area(max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))
    around = area(min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    union = area(*a) + area(*b) - shared
    return 1 - shared / (union + eps) + (around - union) / (around + eps)


def reference(boxes1, boxes2, *, eps=1e-7, sample_weight=None, where=None):
    def element(index):
        a, b = ([exact(corner) for corner in boxes[index]] for boxes in (boxes1, boxes2))
        return pair(a, b, exact(eps)), 1.0

    return collect(boxes1.shape[:-1], element, divisor="count", sample_weight=sample_weight, where=where)


def boxes(rng, *shape):
    corner = rng.uniform(0, 4, (*shape, 2))
    return np.concatenate([corner, corner + rng.uniform(1, 4, (*shape, 2))], axis=-1)


def samples(rng):
    def draw(*shape):
        return boxes(rng, *shape), boxes(rng, *shape)

    def of(first, second):
        return np.array(first, dtype=float), np.array(second, dtype=float)

    yield Sample("plain", draw(5))
    yield Sample("images", draw(2, 3))
    yield Sample("one pair", draw())
    yield Sample("empty batch", draw(0))
    yield Sample("no boxes in images, weighted", draw(2, 0), {"sample_weight": weights(rng, (2,))})
    for eps in (1e-3, 1.0):
        yield Sample(f"eps {eps}", draw(5), {"eps": eps})
    yield Sample("in units of the image", tuple(each / 8 for each in draw(5)))
    yield Sample("in pixels", tuple(100 * each for each in draw(5)))
    yield Sample("integer boxes2", (draw(4)[0], np.rint(3 * draw(4)[1]).astype(np.int64)))
    yield Sample("sample weight", draw(5), {"sample_weight": weights(rng, (5,))})
    yield Sample("sample weight of images", draw(2, 3), {"sample_weight": weights(rng, (2,))})
    yield Sample("sample weight 0", draw(5), {"sample_weight": np.zeros(5)})
    kept = mask(rng, (2, 3))
    yield Sample("masked", draw(2, 3), {"where": kept})
    yield Sample("masked, weighted", draw(2, 3), {"where": kept, "sample_weight": weights(rng, (2, 3))})
    bad = tuple(poisoned(each, kept[..., None]) for each in draw(2, 3))
    yield Sample("masked nan and inf", bad, {"where": kept})
    yield Sample("all masked", draw(5), {"where": np.zeros(5, dtype=bool)})

    nested = [[(0, 0, 6, 5), (1, 1, 2, 3)], [(1, 2, 3, 4), (0, 0, 5, 4.5)]]
    yield Sample("nested", of(*nested))
    apart = [[(0, 0, 2, 2), (0, 0, 1, 1), (3, 0, 5, 2)], [(3, 3, 5, 6), (0.5, 7, 2, 9), (-9, 0.5, -7, 3)]]
    yield Sample("apart", of(*apart))
    corners = [[(0, 0, 4, 2), (0, 0, 2, 2)], [(0, 0, 2, 4), (0, 0, 2, 2)]]
    yield Sample("common corners, equal boxes", of(*corners), smooth=False)
    yield Sample("touching", of([(0, 0, 2, 2), (0, 0, 2, 2)], [(2, 0, 4, 2), (2, 2, 4, 4)]), smooth=False)
    empty = [(1, 1, 1, 3), (1, 1, 1, 1), (1, 1, 1, 1), (9, 9, 9, 9)], [(0, 0, 4, 4), (1, 1, 1, 1), (0, 0, 4, 4)]
    yield Sample("without area", of(empty[0], [*empty[1], (0, 0, 0, 0)]), smooth=False, terms=1e14)
    turned = [(3, 1, 1, 3), (3, 3, 1, 1), (9, 1, 7, 3), (3, 1, 1, 3)], [(0, 0, 4, 4), (0, 0, 4, 4), (0, 0, 4, 4)]
    yield Sample("turned", of(turned[0], [*turned[1], (5, 7, 4, 6)]), smooth=False)
    flat = of([(0, 0, 1e-9, 1), (0, 0, 1e-9, 1e-9)], [(0, 0, 1e-9, 1), (0, 0, 1, 1)])
    yield Sample("nearly without area", flat, smooth=False)
    far = of([(-1e4, -1e4, 1e4, 1e4), (1e4, 1e4, 2e4, 3e4)], [(0, 0, 1, 1), (-1e4, -1e4, 0, -1)])
    yield Sample("extreme", far, smooth=False)


KINKS = (
    Kink(
        "equal boxes",
        (np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([[0.0, 0.0, 2.0, 2.0]])),
        np.array([[1, 1, -1, -1]]) / 16,
        {"eps": 4.0},
    ),
    Kink(
        "touching boxes",
        (np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([[2.0, 0.0, 4.0, 2.0]])),
        np.array([[0.0, 0.0, -0.125, 0.0]]),
        {"eps": 8.0},
    ),
    Kink("equal boxes without area", (np.ones((1, 4)), np.ones((1, 4))), np.zeros((1, 4))),
)


def invalid(good):
    b1, b2 = good["boxes1"], good["boxes2"]
    for bad in (b1[..., :3], b1[0, :1], np.ones((5, 5))):
        yield good.but(al.ShapeError, "boxes1", bad, "have shape (*B, 4)")
    for bad in (b2[:1], b2[..., :3], b2[0], b2[None]):
        yield good.but(al.ShapeError, "boxes2", bad, f"have shape (*B, 4) = {b1.shape}")
    yield good.but(al.DTypeError, "boxes2", b2.astype(np.complex64), "hold real numbers")
    yield good.but(al.DTypeError, "boxes2", b2 > 0, "hold numbers", "bool")
    yield from narrow(good, ("sample_weight", "where"), b1.shape[:-1], "(*B,)")


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "symmetric in the boxes",
        "boxes may be moved",
        "boxes may be scaled",
        "boxes may be reflected",
        "equal boxes cost nothing",
        "at most 2",
        "costlier farther away",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, a, b):
    shared = np.clip(np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0]), 0, None)
    shared = shared * np.clip(np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1]), 0, None)
    width = np.maximum(a[:, 2], b[:, 2]) - np.minimum(a[:, 0], b[:, 0])
    around = width * (np.maximum(a[:, 3], b[:, 3]) - np.minimum(a[:, 1], b[:, 1]))
    areas = [(each[:, 2] - each[:, 0]) * (each[:, 3] - each[:, 1]) for each in (a, b)]
    union = areas[0] + areas[1] - shared
    return (1 - shared / (union + 1e-7) + (around - union) / (around + 1e-7)).mean()


def draw_pairs(rng, n):
    count = max(1, n // 4)
    return benchmark_inputs.corners(rng, count), benchmark_inputs.corners(rng, count)


DEFECTS = (
    Defect(
        "torchvision",
        ("generalized_box_iou_loss",),
        ("turned",),
        "number",
        "another loss for turned boxes",
        "a box turned on one axis has an area below 0, one turned on both has the area of the box turned back",
    ),
)
NONE = "no loss of boxes"
CASE = Case(
    "generalized_box_iou_loss",
    al.generalized_box_iou_loss,
    samples,
    reference,
    differentiable=("boxes1", "boxes2"),
    kinks=KINKS,
    allowance=Allowance("1 - IoU and E - U are differences: near 0 the error is absolute", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": NONE,
        "torchvision": Peer("generalized_box_iou_loss", ("eps",), reductions=("none", "mean", "sum"), scale=1.0),
        "optax": NONE,
        "keras": NONE,
        "sklearn": NONE,
    },
    defects=DEFECTS,
    demo={"detection": ("found_boxes", "true_boxes")},
    benchmarks=(Benchmark(draw=draw_pairs, textbook=textbook),),
)
