"""Generalized IoU."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark
from ..case import Allowance, Case, Sample
from ..reference import collect, exact
from ..samples import mask, poisoned, weights


def reference(boxes1, boxes2, *, eps=1e-7, sample_weight=None, where=None):
    def area(box):
        return (box[2] - box[0]) * (box[3] - box[1])

    def element(index):
        a, b = ([exact(each) for each in boxes[index]] for boxes in (boxes1, boxes2))
        width = min(a[2], b[2]) - max(a[0], b[0])
        height = min(a[3], b[3]) - max(a[1], b[1])
        intersection = max(width, exact(0)) * max(height, exact(0))
        union = area(a) + area(b) - intersection
        hull = (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))
        return 1 - intersection / (union + exact(eps)) + (hull - union) / (hull + exact(eps)), 1.0

    return collect(boxes1.shape[:-1], element, divisor="count", sample_weight=sample_weight, where=where)


def boxes(rng, shape):
    start = rng.uniform(0, 4, (*shape, 2))
    return np.concatenate([start, start + rng.uniform(0.5, 4, (*shape, 2))], axis=-1)


def samples(rng):
    def draw(shape):
        return boxes(rng, shape), boxes(rng, shape)

    yield Sample("plain", draw((5,)))
    yield Sample("one pair", draw((1,)))
    yield Sample("batch of images", draw((3, 4)))
    yield Sample("no axis", draw(()))
    yield Sample("empty batch", draw((0,)))
    yield Sample("sample weight of rows", draw((3, 4)), {"sample_weight": weights(rng, (3,))})
    yield Sample("sample weight of pairs", draw((3, 4)), {"sample_weight": weights(rng, (3, 4))})
    kept = mask(rng, (3, 4))
    yield Sample("masked", draw((3, 4)), {"where": kept})
    yield Sample("masked, weighted", draw((3, 4)), {"where": kept, "sample_weight": weights(rng, (3, 1))})
    bad = tuple(poisoned(each, kept[..., None]) for each in draw((3, 4)))
    yield Sample("masked nan and inf", bad, {"where": kept, "sample_weight": poisoned(weights(rng, (3, 4)), kept)})
    yield Sample("all masked", draw((4,)), {"where": np.zeros(4, dtype=bool)})
    yield Sample("eps", draw((4,)), {"eps": 0.5})
    apart = np.array([[0.0, 0, 2, 2], [0, 0, 1, 1]]), np.array([[3.0, 3, 5, 6], [7, 2, 9, 4]])
    yield Sample("apart", apart)
    inside = np.array([[1.0, 1, 3, 4], [0, 0, 9, 8]]), np.array([[0.0, 0, 4, 5], [2, 3, 4, 5]])
    yield Sample("one in the other", inside)
    a = boxes(rng, (3,))
    yield Sample("equal", (a, a.copy()), smooth=False, terms=1.0)
    empty = np.array([[1.0, 1, 1, 1], [0, 0, 2, 2], [1, 1, 1, 3]])
    yield Sample("without area", (empty, np.array([[1.0, 1, 1, 1], [1, 1, 1, 1], [0, 0, 2, 2]])), smooth=False)
    touching = np.array([[0.0, 0, 2, 2]]), np.array([[2.0, 0, 4, 2]])
    yield Sample("touching", touching, smooth=False)
    yield Sample("extreme", tuple(1e4 * each for each in draw((4,))))
    integers = (np.array([[0.0, 0, 4, 2]]), np.array([[0, 0, 2, 4]]))
    yield Sample("integer ground truth", integers, smooth=False)


def invalid(good):
    a, b = good["boxes1"], good["boxes2"]
    yield good.but(al.ShapeError, "boxes1", a[..., :3], "have shape (*S, 4)")
    for bad in (b[:1], b[..., :3], b[None]):
        yield good.but(al.ShapeError, "boxes2", bad, f"have shape (*S, 4) = {b.shape}")
    yield good.but(al.DTypeError, "boxes2", b > 0, "hold numbers", "bool")


def textbook(np, a, b):
    width = np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0])
    height = np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1])
    overlap = np.clip(width, 0, None) * np.clip(height, 0, None)
    union = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1]) + (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1]) - overlap
    hull_width = np.maximum(a[:, 2], b[:, 2]) - np.minimum(a[:, 0], b[:, 0])
    hull = hull_width * (np.maximum(a[:, 3], b[:, 3]) - np.minimum(a[:, 1], b[:, 1]))
    return (1 - overlap / (union + 1e-7) + (hull - union) / (hull + 1e-7)).mean()


def draw_pairs(rng, n):
    return boxes(rng, (max(n // 4, 1),)).astype("f4"), boxes(rng, (max(n // 4, 1),)).astype("f4")


CASE = Case(
    "generalized_box_iou_loss",
    al.generalized_box_iou_loss,
    samples,
    reference,
    differentiable=("boxes1", "boxes2"),
    allowance=Allowance("differences of coordinates, and 1 less a ratio", ulps=8.0, scale=4.0),
    invalid=invalid,
    promises=frozenset({"nonnegative", "permutable over the batch", "linear in the weights"}),
    benchmarks=(Benchmark(draw=draw_pairs, textbook=textbook),),
)
