"""The records: every loss, how its inputs are drawn, and the calls of the peers that must give the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from . import draws, formulas
from .case import Case, Rival

Make = Callable[[Any], Callable[..., Any]]


def rivals(naive: Callable[..., Any], **calls: Any) -> tuple[Rival, ...]:
    """The calls of each peer (a name of torch's, or label and maker), and the formula written by hand.

    Where optax has no such loss, the formula in jax.numpy stands for it.
    """
    found = []
    for against, call in calls.items():
        label, make = call if isinstance(call, tuple) else (f"F.{call}", partial(named, call))
        found.append(Rival(against, label, make))
    if "optax" not in calls:
        found.append(Rival("optax", "plain jax.numpy formula", lambda _: partial(naive, jax_numpy())))
    return (*found, Rival("numpy", "naive NumPy formula", lambda np: partial(naive, np)))


def named(name: str, module: Any) -> Any:
    return getattr(module, name)


def jax_numpy() -> Any:
    import jax.numpy

    return jax.numpy


def optax(name: str, **options: Any) -> tuple[str, Make]:
    return f"optax.{name}", lambda module: lambda x, y: getattr(module, name)(x, y, **options).mean()


def keras(name: str, **options: Any) -> tuple[str, Make]:
    """A Keras loss object, which takes the truth first."""

    def make(module: Any) -> Callable[..., Any]:
        loss = getattr(module.losses, name)(**options)
        return lambda x, y: loss(y, x)

    return f"keras {name}", make


def keras_one_hot(name: str, **options: Any) -> tuple[str, Make]:
    """A Keras loss that takes no ids: one-hot labels are part of the work."""

    def make(module: Any) -> Callable[..., Any]:
        loss, one_hot = getattr(module.losses, name)(**options), module.ops.one_hot
        return lambda x, y: loss(one_hot(y, x.shape[1]), x)

    return f"keras {name}, one-hot", make


def sklearn(name: str, **options: Any) -> tuple[str, Make]:
    return f"sklearn {name}", lambda metrics: lambda x, y: getattr(metrics, name)(y, x, **options)


def optax_smoothed(module: Any) -> Callable[..., Any]:
    import jax

    def loss(x: Any, y: Any) -> Any:
        labels = module.smooth_labels(jax.nn.one_hot(y, x.shape[1]), 0.1)
        return module.softmax_cross_entropy(x, labels).mean()

    return loss


def optax_dice(module: Any) -> Callable[..., Any]:
    import jax

    def loss(x: Any, y: Any) -> Any:
        labels = jax.nn.one_hot(y, x.shape[1])
        return module.losses.dice_loss(x.swapaxes(1, 2), labels, smooth=5e-8, ignore_background=True).mean()

    return loss


def optax_head(module: Any) -> Callable[..., Any]:
    return lambda x, w, y: module.softmax_cross_entropy_with_integer_labels(x @ w.T, y).mean()


def of_classes(count: int) -> list[Case]:
    """The losses over classes."""
    entropy = rivals(
        formulas.cross_entropy, torch="cross_entropy", optax=optax("softmax_cross_entropy_with_integer_labels"),
        keras=keras("SparseCategoricalCrossentropy", from_logits=True),
    )  # fmt: skip
    smoothed = rivals(
        formulas.smoothed,
        torch=("F.cross_entropy", lambda F: lambda x, y: F.cross_entropy(x, y, label_smoothing=0.1)),
        optax=("optax.softmax_cross_entropy, one-hot", optax_smoothed),
        keras=keras_one_hot("CategoricalCrossentropy", from_logits=True, label_smoothing=0.1),
    )  # fmt: skip
    focal = rivals(
        formulas.focal, torch=("plain torch formula", formulas.torch_focal),
        keras=keras_one_hot("CategoricalFocalCrossentropy", from_logits=True, alpha=1.0),
    )  # fmt: skip
    likelihood = rivals(formulas.nll, torch="nll_loss")
    draw, of = draws.classes(count), {"variant": f"C={count}", "smallest": min(count, 8) if count < 100 else count}
    return [
        Case("cross_entropy", draw, entropy, **of),
        Case("focal_loss", draw, focal, **of),
        Case("label_smoothing_loss", draw, smoothed, {"smoothing": 0.1}, **of),
        Case("nll_loss", draws.log_probabilities(count), likelihood, **of),
    ]


def cases() -> list[Case]:
    """All records, in the order of the catalog."""
    by_classes = sorted(of_classes(10) + of_classes(1000), key=lambda case: case.loss)
    return [*binary(), *by_classes, *regions(), *regression(), language_head()]


def binary() -> list[Case]:
    probabilities = rivals(
        formulas.bce,
        torch="binary_cross_entropy",
        keras=keras("BinaryCrossentropy"),
        sklearn=sklearn("log_loss", labels=[0, 1]),
    )
    logits = rivals(
        formulas.bce_with_logits, torch="binary_cross_entropy_with_logits",
        optax=optax("sigmoid_binary_cross_entropy"), keras=keras("BinaryCrossentropy", from_logits=True),
    )  # fmt: skip
    focal = rivals(
        formulas.sigmoid_focal, torch=("plain torch formula", formulas.torch_sigmoid_focal),
        optax=optax("sigmoid_focal_loss", alpha=0.25),
        keras=keras("BinaryFocalCrossentropy", from_logits=True, apply_class_balancing=True),
    )  # fmt: skip
    return [
        Case("binary_cross_entropy", draws.probabilities, probabilities),
        Case("binary_cross_entropy_with_logits", draws.logits, logits),
        Case("sigmoid_focal_loss", draws.logits, focal),
    ]


def regions() -> list[Case]:
    """Detection and segmentation."""
    dice = rivals(
        formulas.dice, torch=("plain torch formula", formulas.torch_dice), optax=("optax.dice_loss", optax_dice)
    )
    return [
        Case("multibox_loss", draws.unmatched,
             rivals(formulas.multibox, torch=("plain torch formula", formulas.torch_multibox)), wrt=2),
        Case("ssd_loss", draws.matched, rivals(formulas.ssd, torch=("plain torch formula", formulas.torch_ssd)), wrt=2),
        Case("dice_loss", draws.pixels, dice),
    ]  # fmt: skip


def regression() -> list[Case]:
    huber = rivals(formulas.huber, torch="huber_loss", optax=optax("huber_loss"), keras=keras("Huber"))
    smooth = rivals(formulas.huber, torch="smooth_l1_loss", optax=optax("huber_loss"), keras=keras("Huber"))
    absolute = rivals(
        formulas.absolute, torch="l1_loss", keras=keras("MeanAbsoluteError"),
        sklearn=sklearn("mean_absolute_error"),
    )  # fmt: skip
    square = rivals(
        formulas.square, torch="mse_loss", optax=optax("squared_error"),
        keras=keras("MeanSquaredError"), sklearn=sklearn("mean_squared_error"),
    )  # fmt: skip
    return [
        Case("huber_loss", draws.pair, huber),
        Case("l1_loss", draws.pair, absolute),
        Case("mse_loss", draws.pair, square),
        Case("smooth_l1_loss", draws.pair, smooth),
    ]


def language_head() -> Case:
    held, chunked = "F.cross_entropy of F.linear", "F.linear_cross_entropy, chunks of 512"
    calls = (
        Rival("torch", held, formulas.torch_head), Rival("torch", chunked, formulas.torch_head_chunked, compiles=False),
        Rival("optax", "optax of the logits", optax_head),
        Rival("numpy", "naive NumPy formula", lambda np: partial(formulas.head, np)),
    )  # fmt: skip
    return Case(
        "linear_cross_entropy", draws.language_head, calls, wrt=2, heavy=True, variant="V=32000",
        sizes=(8192 * 32_000, 512 * 32_000),
    )  # fmt: skip
