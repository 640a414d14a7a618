"""Focal loss of binary logits."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, keras, plain_torch
from ..case import Allowance, Case, Sample
from ..invalid import binary as binary_invalid
from ..peer import Peer
from ..reference import elementwise, exact, sigmoid, smoothed, softplus, times
from ..samples import binary
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, alpha=0.25, gamma=2.0, label_smoothing=0.0, sample_weight=None, where=None):
    def formula(z, target):
        y = smoothed(target, label_smoothing, 2)
        miss = times(y, sigmoid(-z)) + times(1 - y, sigmoid(z))
        cross_entropy = times(y, softplus(-z)) + times(1 - y, softplus(z))
        balance = exact(1) if alpha is None else exact(alpha) * y + (1 - exact(alpha)) * (1 - y)
        return times(balance, times(miss ** exact(gamma), cross_entropy))

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), rng.uniform(0.05, 0.95, shape)

    yield from elementwise_samples(rng, draw)
    yield from binary(rng, draw)
    x, y = draw((4, 3))
    hard = (y > 0.5).astype(np.int64)
    for alpha in (None, 0.0, 0.7, 1.0):
        yield Sample(f"alpha {alpha}", (x, hard), {"alpha": alpha})
    for gamma in (0.0, 0.5, 1.0, 3.5):
        yield Sample(f"gamma {gamma}", (x, hard), {"gamma": gamma})
        yield Sample(f"gamma {gamma}, soft target", (x, y), {"gamma": gamma, "alpha": None})
    yield Sample("all options", (x, hard), {"alpha": 0.6, "gamma": 1.5, "label_smoothing": 0.2})
    big = np.array([1e4, -1e4, 50.0, -50.0, 1e4, -1e4, 50.0, -50.0, 0.0, 0.0])
    labels = np.array([0, 1, 0, 1, 1, 0, 1, 0, 1, 0])
    for gamma in (0.0, 0.5, 2.0):
        yield Sample(f"extreme, gamma {gamma}", (big, labels), {"gamma": gamma})
    yield Sample("extreme, soft target", (big, np.full(10, 0.25)))
    yield Sample("extreme, smoothed", (big, labels), {"label_smoothing": 0.1, "gamma": 0.5})
    far = np.array([np.inf, -np.inf])
    for gamma in (0.0, 0.5, 2.0):
        yield Sample(f"infinite, right, gamma {gamma}", (far, np.array([1, 0])), {"gamma": gamma}, smooth=False)
    yield Sample("infinite, wrong", (far, np.array([0, 1])), smooth=False)
    yield Sample("infinite, wrong, alpha 0", (-far[:1], np.array([1])), {"alpha": 0.0}, smooth=False)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "mirrored",
        "labels equal probabilities",
        "cheaper when more certain of the right label",
        "focal loss of two classes",
        "gamma 0 is binary cross-entropy",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_keras(oracle, input, target, *, alpha=0.25, gamma=2.0, sample_weight=None, label_smoothing=0.0, reduction):
    return oracle.elements(
        "BinaryFocalCrossentropy",
        input,
        target,
        sample_weight=sample_weight,
        reduction=reduction,
        from_logits=True,
        apply_class_balancing=alpha is not None,
        alpha=alpha,
        gamma=gamma,
        label_smoothing=label_smoothing,
    )


def textbook(np, z, y):
    p = 1 / (1 + np.exp(-z))
    loss = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
    p_t = p * y + (1 - p) * (1 - y)
    return ((0.25 * y + 0.75 * (1 - y)) * (1 - p_t) ** 2 * loss).mean()


def torchvision_formula(F):
    def loss(z, y):
        p, entropy = z.sigmoid(), F.binary_cross_entropy_with_logits(z, y, reduction="none")
        p_t = p * y + (1 - p) * (1 - y)
        return ((0.25 * y + 0.75 * (1 - y)) * ((1 - p_t) ** 2 * entropy)).mean()

    return loss


BALANCED = {"from_logits": True, "apply_class_balancing": True}


CASE = Case(
    "sigmoid_focal_loss",
    al.sigmoid_focal_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("the power multiplies the rounding error of 1 - p_t by gamma", ulps=12.0),
    invalid=binary_invalid,
    promises=PROMISES,
    peers={
        "torchvision": Peer("sigmoid_focal_loss", ("alpha", "gamma"), reductions=("none", "mean", "sum"), scale=1.0),
        "optax": Peer("sigmoid_focal_loss", ("alpha", "gamma"), {"alpha": 0.25}, scale=1e-5),
        "keras": Peer(by_keras, scale=64.0),  # as binary_cross_entropy_with_logits
    },
    benchmarks=(
        Benchmark(
            draw=benchmark_inputs.logits,
            textbook=textbook,
            rivals=(plain_torch(torchvision_formula), keras("BinaryFocalCrossentropy", **BALANCED)),
        ),
    ),
    demo={"binary": ("logits", "labels"), "detection": ("digit_logits", "is_digit")},
)
