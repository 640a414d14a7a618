"""Losses of label sequences in frames: their samples, and calls that they must refuse."""

import numpy as np

import array_losses as al

from .case import Sample
from .invalid import ids as bad_ids
from .invalid import narrow
from .samples import mask, poisoned, weights


def samples(rng):
    y = np.array([[1, 2], [3, 3], [2, -7], [99, 0]])
    lengths = np.array([5, 4, 5, 3]), np.array([2, 2, 1, 0])

    def draw(shape=(5, 4, 4), scale=1.0):
        z = scale * rng.normal(size=shape)
        return z - np.log(np.exp(z).sum(axis=2, keepdims=True))

    x = draw()
    yield Sample("plain", (x, y, *lengths))
    yield Sample("mean of undivided losses", (x, y, *lengths), {"length_normalize": False})
    yield Sample("logits", (3 * rng.normal(size=x.shape), y, *lengths), {"from_logits": True})
    yield Sample("unnormalized", (rng.normal(size=x.shape), y, *lengths))
    last = np.where(y == 3, 0, y)
    yield Sample("last class blank", (x, last, *lengths), {"blank": 3})
    yield Sample("one sample", (draw((4, 1, 3)), np.array([[2, 1]]), np.array([4]), np.array([2])))
    repeats = np.ones((1, 4), dtype=np.int64), np.array([10]), np.array([4])
    yield Sample("repeated label", (draw((10, 1, 3)), *repeats))
    yield Sample("just long enough", (draw((7, 1, 3)), repeats[0], np.array([7]), np.array([4])))
    exact_fit = np.array([[1, 2, 3]] * 2), np.array([3, 3]), np.array([3, 3])
    yield Sample("as many frames as labels", (draw((3, 2, 4)), *exact_fit))
    yield Sample("one frame", (draw((1, 2, 3)), np.array([[1], [0]]), np.array([1, 1]), np.array([1, 0])))
    yield Sample(
        "blanks alone", (draw((4, 2, 3)), np.zeros((2, 2), dtype=np.int64), np.array([4, 2]), np.array([0, 0]))
    )
    none = np.zeros((2, 0), dtype=np.int64), np.array([4, 3]), np.array([0, 0])
    yield Sample("no room for labels", (draw((4, 2, 3)), *none))
    yield Sample("no frames", (draw((0, 2, 3)), none[0], *np.array([[0, 0], [0, 0]])))
    yield Sample("no frames of one sample", (draw((2, 2, 3)), np.array([[1], [1]]), np.array([2, 0]), np.array([1, 0])))
    empty = np.zeros((0, 2), dtype=np.int64), *np.zeros((2, 0), dtype=np.int64)
    yield Sample("empty batch", (draw((3, 0, 3)), *empty))

    yield Sample("sample weight", (x, y, *lengths), {"sample_weight": weights(rng, (4,))})
    yield Sample("sample weight of all", (x, y, *lengths), {"sample_weight": np.asarray(2.5)})
    kept = mask(rng, (4,))
    yield Sample("masked", (x, y, *lengths), {"where": kept})
    bad = (poisoned(x, kept[:, None]), np.where(kept[:, None], y, 99), *(np.where(kept, each, 9) for each in lengths))
    weight = poisoned(weights(rng, (4,)), kept)
    yield Sample("masked nan, inf, bad ids and lengths", bad, {"where": kept, "sample_weight": weight})
    nothing = np.zeros(4, dtype=bool)
    yield Sample("all masked", (poisoned(x, nothing[:, None]), y, *lengths), {"where": nothing})
    within = np.arange(5)[:, None] < lengths[0]
    yield Sample("padded with nan and inf", (poisoned(x, within[..., None]), y, *lengths))
    padded = poisoned(rng.normal(size=x.shape), within[..., None])
    yield Sample("padded with nan and inf, logits", (padded, y, *lengths), {"from_logits": True})
    yield from extreme(draw, y, lengths)


def extreme(draw, y, lengths):
    """Targets that do not fit, classes that are excluded, and certain frames."""
    short = np.array([1, 2, 5, 3]), lengths[1]
    for zero in (False, True):
        options = {"zero_infinity": True} if zero else {}
        label = ", made 0" if zero else ""
        yield Sample(f"infinite loss{label}", (draw(), y, *short), options, smooth=zero)
        fits = {"where": np.array([False, False, True, True]), **options}
        yield Sample(f"infinite loss masked{label}", (draw(), y, *short), fits)
        weight = {"sample_weight": np.array([0.0, 0.0, 2.0, 0.5]), **options}
        yield Sample(f"infinite loss of weight 0{label}", (draw(), y, *short), weight)
        excluded = draw()
        excluded[:, :3, [1, 3]] = -np.inf
        yield Sample(f"labels excluded{label}", (excluded, y, *lengths), options, smooth=False)
    some = draw()
    some[1:3, :, 0], some[0, 0, 3] = -np.inf, -np.inf
    yield Sample("blank excluded in some frames", (some, y, *lengths), smooth=False)
    yield Sample("class excluded, logits", (some, y, *lengths), {"from_logits": True}, smooth=False)
    path = np.stack([[1, 0, 2, 2, 0], [3, 0, 0, 3, 0], [0, 2, 2, 0, 0], [0, 0, 0, 0, 0]], axis=1)
    certain = 1e4 * (path[..., None] == np.arange(4))
    yield Sample("extreme, certain and right", (certain, y, *lengths), {"from_logits": True}, terms=1.0)
    # logarithms of the size of the logits cancel in its derivative
    yield Sample("extreme, certain and wrong", (-certain, y, *lengths), {"from_logits": True}, terms=1e4)
    yield Sample("nearly certain", (0.003 * certain, y, *lengths), {"from_logits": True}, terms=1.0)


def invalid(good):
    x, y, frames, labels = good.arrays
    count = len(y)
    for bad in (x[0], x[None]):
        yield good.but(al.ShapeError, "log_probs", bad, "have shape (T, N, C)")
    for bad in (y[:1], y[0]):
        yield good.but(al.ShapeError, "targets", bad, f"have shape (N, S) = ({count}, S)")
    for name, each in (("input_lengths", frames), ("target_lengths", labels)):
        for bad in (each[:1], each[:, None], each[0]):
            yield good.but(al.ShapeError, name, bad, f"have shape (N,) = ({count},)")
        yield good.but(al.DTypeError, name, each.astype(np.float64), "hold integers")
    yield good.but(al.DTypeError, "targets", y.astype(np.float64), "hold integer class ids")
    for bad in (-1, 6):
        yield good.value("input_lengths", (1,), bad, "hold lengths in [0, T] = [0, 5]")
    for bad in (-1, 3):
        yield good.value("target_lengths", (1,), bad, "hold lengths in [0, S] = [0, 2]")
    yield from bad_ids(good, "targets", (1, 0), 4, " other than the blank 0", spoiled=(1,))
    must = "hold class ids in [0, 4) other than the blank 0"
    yield good.value("targets", (1, 0), 0, must, spoiled=(1,))
    yield good.but(al.OptionError, "blank", 4, "be one of the 4 classes")
    yield from narrow(good, ("sample_weight", "where"), (count,), "(N,)")
