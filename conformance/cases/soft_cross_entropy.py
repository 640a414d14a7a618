"""Cross-entropy with soft labels."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import by_classes, optax, plain_torch
from ..case import Allowance, Case, Sample
from ..class_samples import class_probabilities, probabilities
from ..invalid import narrow, unit
from ..peer import Defect, Peer
from ..reference import classwise, exact, surprise, times
from ..samples import mask, poisoned, weights
from . import cross_entropy


def reference(input, target, *, temperature=1.0, weight=None, axis=1, sample_weight=None, where=None):
    def formula(z, q):
        w = np.ones(len(z)) if weight is None else weight
        shares = [exact(w[c]) * exact(q[c]) for c in range(len(z))]
        z = [exact(each) / exact(temperature) for each in z]
        loss = sum((times(shares[c], surprise(z, c)) for c in range(len(z))), exact(0))
        return loss, 1.0 if weight is None else sum(shares)

    options = {"ignore_index": -100, "divisor": "count", "sample_weight": sample_weight, "where": where}
    return classwise(formula, input, np.asarray(target, dtype=np.float64), axis=axis, **options)


def samples(rng):
    def draw(shape, axis):
        return 2 * rng.normal(size=shape)

    shape = (5, 4)
    x, q, w = draw(shape, 1), probabilities(rng, shape), weights(rng, (4,))
    yield Sample("plain", (x, q))
    soft = class_probabilities(rng, draw, "weight", "smoothing")
    yield from (each for each in soft if each.arrays[1].dtype.kind == "f" and "smoothing" not in each.options)
    for temperature in (0.5, 2.0, 20.0):
        yield Sample(f"temperature {temperature}", (x, q), {"temperature": temperature})
    every = {"temperature": 3.0, "weight": w, "sample_weight": weights(rng, (5,)), "where": mask(rng, (5,))}
    yield Sample("all options", (x, q), every)
    yield Sample("sample weight", (x, q), {"sample_weight": weights(rng, (5,))})
    yield Sample("sample weight 0", (x, q), {"sample_weight": np.zeros(1)})
    yield Sample("sequence", (draw((2, 3, 4), 1), probabilities(rng, (2, 3, 4))), {"temperature": 2.0})
    yield Sample("classes first", (draw((3, 4), 0), probabilities(rng, (3, 4), 0)), {"axis": 0})
    yield Sample("one class", (draw((3, 1), 1), np.ones((3, 1))), smooth=False)
    yield Sample("not normalized", (x, rng.uniform(0.1, 0.9, shape)))
    ids = np.eye(4)[[0, 1, 2, 3, 0]]
    yield Sample("one-hot integers", (x, ids.astype(np.int64)))
    yield Sample("one-hot booleans", (x, ids > 0), {"temperature": 2.0})
    place = mask(rng, (2, 4))
    bad = tuple(poisoned(each, place[:, None]) for each in (draw((2, 3, 4), 1), probabilities(rng, (2, 3, 4))))
    yield Sample("masked places, nan and inf", bad, {"where": place, "temperature": 0.5})
    big = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0], [50.0, -50.0, 0.0]])
    yield Sample("extreme", (big, np.array([[1.0, 0.0, 0.0], [0.3, 0.2, 0.5], [0.0, 1.0, 0.0]])), smooth=False)
    out = x.copy()
    out[:, 1] = -np.inf
    yield Sample("infinite loss", (out, np.eye(4)[[0, 1, 2, 2, 1]]), smooth=False)


def invalid(good):
    x, q = good["input"], good["target"]
    batch, classes = x.shape
    must = f"have shape (N, C, *S) = {x.shape}"
    for bad in (q[:1], q[:, :1], q[None], q[:0]):
        yield good.but(al.ShapeError, "target", bad, must)
    hint = f"({batch},); class ids are for `cross_entropy`"
    for ids in (np.zeros(batch, dtype=np.int64), q[:, 0]):
        yield good.but(al.ShapeError, "target", ids, must, hint)
    yield good.but(al.DTypeError, "target", q.astype(np.complex64), "hold real numbers")
    for axis in (2, -3):
        yield good.but(al.OptionError, "axis", axis, f"name one of the 2 axes of `input`, of shape {x.shape}")
    for size in (1, classes + 1):
        yield good.but(al.ShapeError, "weight", np.ones(size), f"have shape (C,) = ({classes},)")
    yield from narrow(good, ("sample_weight", "where"), (batch,), "(N, *S)")
    yield from unit(good, "target", (1, 2), spoiled=(1,))
    hard = good.having(target=np.eye(classes, dtype=np.int64)[np.arange(batch) % classes])
    yield hard.value("target", (1, 2), 2, "hold values in [0, 1]", spoiled=(1,))


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "linear in the target",
        "soft labels of cross-entropy",
        "temperature divides the logits",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torch(oracle, input, target, *, temperature=1.0, weight=None, reduction):
    options = {"weight": weight, "reduction": reduction}
    return oracle.positions("cross_entropy", input / temperature, target.astype(np.float64), **options)


def by_optax(oracle, input, target, *, temperature=1.0, reduction):
    return oracle.positions("softmax_cross_entropy", input / temperature, target.astype(np.float64))


def by_keras(oracle, input, target, *, temperature=1.0, sample_weight=None, reduction):
    given = {"reduction": reduction, "sample_weight": sample_weight, "from_logits": True}
    return oracle.positions("CategoricalCrossentropy", input / temperature, target.astype(np.float64), **given)


def textbook(np, z, q):
    return -(q * cross_entropy.log_softmax(np, z)).sum(axis=-1).mean()


def soft_classes(count):
    def draw(rng, n):
        rows = max(1, n // count)
        q = rng.random((rows, count), dtype=np.float32)
        return benchmark_inputs.normal(rng, rows, count), q / q.sum(axis=1, keepdims=True)

    return draw


DEFECTS = (
    Defect(
        "torch.nn.functional",
        ("soft_cross_entropy",),
        (
            "soft target, empty batch",
            "soft target, all masked",
        ),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        "pytorch#70348",
        ("mean",),
    ),
    Defect(
        "torch.nn.functional",
        ("soft_cross_entropy",),
        (
            "soft target, -inf at 0",
            "infinite loss",
        ),
        "nan",
        "NaN for a -inf logit of target 0",
        "0 * inf is NaN",
    ),
    Defect(
        "optax",
        ("soft_cross_entropy",),
        (
            "soft target, -inf at 0",
            "infinite loss",
        ),
        "nan",
        "NaN for a -inf logit of target 0",
        "0 * inf is NaN",
        "optax#896",
        ("none",),
    ),
    Defect(
        "keras",
        ("soft_cross_entropy",),
        ("soft target, empty batch",),
        "shape",
        "no number for an empty list",
        "it returns a list of no losses before it reduces",
        "",
        ("mean", "sum"),
    ),
    Defect(
        "keras",
        ("soft_cross_entropy",),
        (
            "soft target, -inf at 0",
            "infinite loss",
        ),
        "nan",
        "NaN for a -inf logit of target 0",
        "0 * inf is NaN",
    ),
)
CASE = Case(
    "soft_cross_entropy",
    al.soft_cross_entropy,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("as cross_entropy", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer(by_torch, scale=1.0),
        "optax": Peer(by_optax, scale=1.0),
        "keras": Peer(by_keras, scale=1.0),
        "sklearn": "class ids only",
    },
    defects=DEFECTS,
    benchmarks=by_classes(
        soft_classes,
        textbook=textbook,
        rivals=(plain_torch(lambda F: F.cross_entropy), optax("softmax_cross_entropy")),
    ),
    demo=("logits", "shares"),
)
