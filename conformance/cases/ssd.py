"""The loss of the single-shot detector, on matched targets."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..boxes import imagewise
from ..case import Allowance, Case, Expected, Kink, Sample
from ..invalid import LARGEST
from ..peer import Peer
from ..reference import exact, per_sample, surprise, times
from ..samples import mask, poisoned, weights
from . import cross_entropy
from .smooth_l1 import curve


def image_loss(loc, conf, loc_target, labels, *, alpha, neg_pos_ratio, min_negatives, beta, background):
    """The loss of one image, and its number of positives: rules 7 to 9. All boxes given count."""
    boxes = range(len(labels))
    cost = [surprise(conf[a], int(labels[a])) for a in boxes]
    positives = [a for a in boxes if labels[a] != background]
    negatives = [a for a in boxes if labels[a] == background]
    hardest_first = sorted(negatives, key=lambda a: (-cost[a], a))
    enough = max(neg_pos_ratio * len(positives), min_negatives)
    hard = [a for rank, a in enumerate(hardest_first) if rank < enough]
    where_to = sum((curve(exact(loc[a, k]) - exact(loc_target[a, k]), beta) for a in positives for k in range(4)), 0)
    what = sum((cost[a] for a in positives + hard), 0)
    return where_to + exact(alpha) * what, len(positives)


def total(images, sample_weight, there):
    """All images, from their losses and numbers of positives; one without a box left does not count."""
    kept = np.any(there, axis=1) | (there.shape[1] == 0)
    w = per_sample(1.0 if sample_weight is None else sample_weight, (len(images),)).astype(float)
    w = np.where(kept, w, 0.0)
    loss = np.array([float(times(exact(w[i]), image[0])) for i, image in enumerate(images)])
    positives = sum(image[1] for image in images)
    return Expected(loss=loss.reshape(-1), weight=w, kept=kept, divisor="own", own=float(positives))


def reference(
    loc_pred,
    conf_pred,
    loc_target,
    conf_target,
    *,
    alpha=1.0,
    neg_pos_ratio=3.0,
    min_negatives=0,
    beta=1.0,
    background=0,
    sample_weight=None,
    where=None,
):
    there = per_sample(True if where is None else where, conf_target.shape) & (conf_target != -1)
    options = {
        "alpha": alpha,
        "neg_pos_ratio": neg_pos_ratio,
        "min_negatives": min_negatives,
        "beta": beta,
        "background": background,
    }
    images = []
    for i in range(len(conf_target)):
        boxes = [a for a in range(conf_target.shape[1]) if there[i, a]]  # another box is as if it were not there
        images.append(
            image_loss(loc_pred[i][boxes], conf_pred[i][boxes], loc_target[i][boxes], conf_target[i][boxes], **options)
        )
    return total(images, sample_weight, there)


def samples(rng):
    def arrays(labels, classes=4):
        labels = np.array(labels)
        shape = labels.shape
        loc, target = rng.normal(size=(*shape, 4)), 1.5 * rng.normal(size=(*shape, 4))
        return loc, rng.normal(size=(*shape, classes)), target, labels

    some = [[1, 0, 0, 3, 0, 0, 0, 0, 0], [0, 0, 2, 0, 0, 0, 0, 0, 0], [0, 1, 1, 0, 0, 2, 0, 0, 0]]
    plain = arrays(some)
    yield Sample("plain", plain)
    for name, values in {"alpha": (0.0, 0.5), "neg_pos_ratio": (0.0, 0.5, 1.0), "beta": (0.2, 3.0)}.items():
        for value in values:
            yield Sample(f"{name} {value}", plain, {name: value})
    yield Sample("beta 0", plain, {"beta": 0.0})
    last = np.array(some) - 1
    yield Sample("another background", (*plain[:3], np.where(last < 0, 3, last)), {"background": 3})
    yield Sample("one image", arrays(some[:1]))
    yield Sample("two classes", arrays([[1, 0, 0, 0, 0], [0, 0, 1, 0, 0]], 2))
    yield Sample("nan targets of negatives", (*plain[:2], poisoned(plain[2], plain[3][..., None] > 0), plain[3]))
    yield Sample("no positives", arrays(np.zeros((2, 5), dtype=int)))
    yield Sample("an image without positives", arrays([some[0], [0] * 9]))
    yield Sample("not enough negatives", arrays([[1, 2, 0, 3, 1], [0, 1, 0, 0, 2], [0, 0, 1, 0, 0]]))
    yield Sample("all positive", arrays([[1, 2, 3], [3, 2, 1]]))
    yield Sample("empty batch", arrays(np.zeros((0, 5), dtype=int)))
    yield Sample("no default boxes", arrays(np.zeros((2, 0), dtype=int)), {"sample_weight": weights(rng, (2,))})

    yield Sample("sample weight", plain, {"sample_weight": weights(rng, (3,))})
    yield Sample("sample weight below 1", plain, {"sample_weight": np.array([0.1, 0.0, 0.3])})
    yield Sample("sample weight of all", plain, {"sample_weight": np.asarray(2.5)})
    yield Sample("sample weight 0", plain, {"sample_weight": np.zeros(3)})

    kept = mask(rng, (3, 9))
    yield Sample("masked", plain, {"where": kept})
    yield Sample("masked for all", plain, {"where": mask(rng, (1, 9))})
    bad = (*(poisoned(each, kept[..., None]) for each in plain[:3]), np.where(kept, plain[3], 99))
    yield Sample("masked nan, inf and bad ids", bad, {"where": kept, "sample_weight": weights(rng, (3,))})
    yield Sample("masked, another background", plain, {"where": kept, "background": 1})
    yield Sample("masked positives", plain, {"where": plain[3] == 0})
    yield Sample("masked negatives", plain, {"where": plain[3] > 0})
    yield Sample("masked image", plain, {"where": np.array([True, False, True])})
    none = np.zeros((3, 9), dtype=bool)
    bad = (*(poisoned(each, none[..., None]) for each in plain[:3]), plain[3])
    yield Sample("all masked", bad, {"where": none})

    out = np.array([[1, -1, 0, 3, 0, -1, 0, 0, 0], [-1, 0, 2, 0, 0, 0, 0, 0, -1], [0, 1, 1, -1, 0, 2, 0, 0, 0]])
    left = (*plain[:3], out)
    yield Sample("left out", left)
    yield Sample("left out, few negatives", left, {"neg_pos_ratio": 0.5, "background": 1})
    bad = tuple(poisoned(each, out[..., None] >= 0) for each in plain[:3])
    yield Sample("left out nan and inf", (*bad, out), {"sample_weight": weights(rng, (3,))})
    yield Sample("left out nan and inf, masked", (*bad, out), {"where": kept, "min_negatives": 3})
    yield Sample("left out image", (*plain[:3], np.where(np.array([[True], [False], [True]]), out, -1)))
    yield Sample("all left out", (*(poisoned(x, none[..., None]) for x in plain[:3]), none - 1), {"min_negatives": 2})
    nobody = (*plain[:3], 0 * out)
    yield Sample("min_negatives without positives", nobody, {"min_negatives": 2})
    yield Sample("min_negatives above the ratio", left, {"min_negatives": 5, "neg_pos_ratio": 1.0})
    yield Sample("min_negatives below the ratio", left, {"min_negatives": 2})
    yield Sample("min_negatives of too few", nobody, {"min_negatives": 99, "where": kept})
    yield Sample("integer boxes", (*plain[:2], np.resize([0, 2, -1, 1, 3], plain[2].shape), plain[3]))

    loc, conf, target, labels = arrays(some)
    conf[:] = conf[:, :1]  # all boxes of an image equally hard
    yield Sample("ties", (loc, conf, target, labels), {"neg_pos_ratio": 1.0}, smooth=False)
    yield Sample("ties, masked", (loc, conf, target, labels), {"where": kept, "neg_pos_ratio": 1.0}, smooth=False)
    step = np.resize([0.0, 0.5, -0.5, 0.25], loc.shape)
    yield Sample("kink", (target + 0.0, plain[1], target, labels), {"beta": 0.0}, smooth=False)
    yield Sample("kink of beta", (step, plain[1], np.zeros_like(step), labels), {"beta": 0.5}, smooth=False)
    big = np.resize([1e4, -1e4, 0.0, 50.0, -50.0], plain[1].shape)
    yield Sample("extreme", (1e4 * loc, big, -1e4 * loc, labels), smooth=False)
    conf = plain[1].copy()
    conf[..., 3] = -np.inf
    yield Sample("-inf elsewhere", (loc, conf, target, np.where(labels == 3, 1, labels)), smooth=False)


def invalid(good):
    yield from imagewise(good)
    loc, labels = good["loc_target"], good["conf_target"]
    for bad in (loc[0], loc[..., :3], loc[:, 1:]):
        yield good.but(al.ShapeError, "loc_target", bad, f"have shape (B, A, 4) = {loc.shape}")
    yield good.but(al.DTypeError, "loc_target", loc.astype(np.complex64), "hold real numbers")
    for bad in (labels[0], labels[:, 1:], labels[..., None]):
        yield good.but(al.ShapeError, "conf_target", bad, f"have shape (B, A) = {labels.shape}")
    for dtype in (np.float64, np.bool_):
        yield good.but(al.DTypeError, "conf_target", labels.astype(dtype), "have an integer dtype (class ids)")
    for at in ((1, 2), (1, 3)):  # a positive, a negative
        classes = good["conf_pred"].shape[-1]
        must = f"hold class ids in [0, {classes}), or -1 where a box is left out"
        for bad in (-2, classes, LARGEST):
            yield good.value("conf_target", at, bad, must, spoiled=(1,))


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "permutable over the boxes",
        "linear in alpha",
        "no positives cost nothing",
        "boxes of negatives cost nothing",
        "perfect boxes leave the classes",
        "more negatives cost more",
        "enough negatives are mined",
        "what is left out costs nothing",
    }
)
KINKS = (
    Kink(
        "equal to the target",
        (np.zeros((1, 2, 4)), np.zeros((1, 2, 2)), np.array([[[0.0, 1.0, -1.0, 0.0], [5.0] * 4]]), np.array([[1, 0]])),
        np.array([[[0.0, -1.0, 1.0, 0.0], [0.0] * 4]]),
        {"beta": 0.0},
    ),
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, loc, conf, loc_target, y):
    positive = y > 0
    count = positive.sum(axis=1, keepdims=True)
    d = np.abs(loc - loc_target)
    boxes = (np.where(d < 1, d * d / 2, d - 0.5).sum(axis=2) * positive).sum()
    loss = -np.take_along_axis(cross_entropy.log_softmax(np, conf), y[..., None], axis=2)[..., 0]
    rank = np.argsort(np.argsort(np.where(positive, np.inf, -loss), axis=1), axis=1)
    chosen = positive | (rank < 3 * count)
    return (boxes + (loss * chosen).sum()) / np.maximum(count.sum(), 1)


def of_torch(F):
    """Torchvision's, but without boolean indexing and with a positive never counted twice."""

    def loss(loc, conf, loc_target, y):
        positive = y > 0
        count = positive.sum(1, keepdim=True)
        boxes = (F.smooth_l1_loss(loc, loc_target, reduction="none").sum(2) * positive).sum()
        entropy = F.cross_entropy(conf.flatten(0, 1), y.flatten(), reduction="none").view(y.shape)
        rank = entropy.detach().masked_fill(positive, -float("inf")).argsort(1, descending=True).argsort(1)
        chosen = positive | (rank < 3 * count)
        return (boxes + (entropy * chosen).sum()) / count.sum().clamp(min=1)

    return loss


CASE = Case(
    "ssd_loss",
    al.ssd_loss,
    samples,
    reference,
    differentiable=("loc_pred", "conf_pred", "loc_target"),
    allowance=Allowance("as cross_entropy", scale=1.0),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers={"torchvision": Peer("ssd_loss", ("alpha", "neg_pos_ratio"), scale=1.0)},
    benchmarks=(Benchmark(draw=benchmark_inputs.matched, textbook=textbook, rivals=(plain_torch(of_torch),), wrt=2),),
    demo=("loc_pred", "conf_pred", "loc_target", "conf_target"),
)
