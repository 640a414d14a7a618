"""The usual slips, and what the error says to write; what it says to write is right."""

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
import torch

import array_losses as al
from array_losses.families.pointwise import pointwise
from array_losses.objects import loss_class
from array_losses.options import Positive

RNG = np.random.default_rng(0)
SHAPE, DTYPE, DOMAIN, LIBRARY = al.ShapeError, al.DTypeError, al.DomainError, al.NamespaceError
ARGUMENT = al.ArgumentError
LAST, IDS = RNG.normal(size=(2, 6, 7, 3)), RNG.integers(0, 3, (2, 6, 7))
FIRST = np.moveaxis(LAST, -1, 1)
ONE_HOT = np.moveaxis(np.eye(3, dtype=int)[IDS], -1, 1)
HIDDEN, HEAD, TOKENS = RNG.normal(size=(2, 5, 4)), RNG.normal(size=(7, 4)), RNG.integers(0, 7, (2, 5))
LABELS, SCORES = np.array([0.0, 1.0, 1.0]), np.array([-2.0, 0.5, 3.0])

SLIPS = {
    "channels last": (lambda: al.cross_entropy(LAST, IDS), SHAPE, "write axis=-1"),
    "channels last, focal": (lambda: al.focal_loss(LAST, IDS), SHAPE, "write axis=-1"),
    "channels last, nll": (lambda: al.nll_loss(LAST, IDS), SHAPE, "write axis=-1"),
    "channels last, dice": (lambda: al.dice_loss(LAST, IDS), SHAPE, "write axis=-1"),
    "a channel of labels": (lambda: al.cross_entropy(FIRST, IDS[:, None]), SHAPE, "write target[:, 0]"),
    "a channel of labels, dice": (lambda: al.dice_loss(FIRST, IDS[:, None]), SHAPE, "write target[:, 0]"),
    "a column of labels": (lambda: al.focal_loss(FIRST[..., 0, 0], IDS[:, :1, 0]), SHAPE, "write target[:, 0]"),
    "integer one-hot": (lambda: al.cross_entropy(FIRST, ONE_HOT), SHAPE, "one-hot ones too, are floating: cast"),
    "integer one-hot, smoothing": (lambda: al.label_smoothing_loss(FIRST, ONE_HOT), SHAPE, "one-hot ones too"),
    "floating labels": (lambda: al.cross_entropy(FIRST, IDS * 1.0), SHAPE, "class ids are integers"),
    "floating labels, nll": (lambda: al.nll_loss(FIRST, IDS * 1.0), DTYPE, "convert them to an integer dtype"),
    "boolean labels": (lambda: al.cross_entropy(FIRST, IDS > 1), DTYPE, "convert them to an integer dtype"),
    "hidden states": (
        lambda: al.linear_cross_entropy(HIDDEN, HEAD, TOKENS),
        SHAPE,
        "input.reshape(-1, input.shape[-1]), target.reshape(-1)",
    ),
    "labels first": (lambda: al.cross_entropy(IDS, FIRST), DTYPE, "`input` and `target` the other way round?"),
    "labels first, binary": (lambda: al.binary_cross_entropy_with_logits(LABELS, SCORES), DOMAIN, "other way round?"),
    "labels first, focal": (lambda: al.sigmoid_focal_loss(LABELS, SCORES), DOMAIN, "other way round?"),
    "labels first, integers": (lambda: al.BCEWithLogitsLoss()(LABELS.astype(int), SCORES), DTYPE, "other way round?"),
    "a series": (lambda: al.mse_loss(pd.Series(SCORES), SCORES), LIBRARY, "write input.to_numpy()"),
    "a series of labels": (lambda: al.mse_loss(SCORES, pd.Series(LABELS)), LIBRARY, "write target.to_numpy()"),
    "a frame": (lambda: al.cross_entropy(torch.zeros(2, 3), pd.DataFrame([[0, 1, 2]] * 2)), LIBRARY, ".to_numpy()"),
    "logits for probabilities": (
        lambda: al.binary_cross_entropy(SCORES, LABELS),
        DOMAIN,
        "logits are for `binary_cross",
    ),
    "logits for probabilities, maps": (
        lambda: al.dice_loss(FIRST, IDS, activation=None),
        DOMAIN,
        "logits need an `activation`",
    ),
    "one channel": (lambda: al.dice_loss(FIRST[:, :1], IDS), SHAPE, 'write activation="sigmoid"'),
    "labels 0 and 1": (lambda: al.soft_margin_loss(SCORES, LABELS), DOMAIN, "write 2 * target - 1"),
    "labels True and False": (lambda: al.hinge_loss(SCORES, LABELS > 0), DTYPE, "write 2 * target - 1"),
    "labels -1 and 1": (
        lambda: al.binary_cross_entropy_with_logits(SCORES, 2 * LABELS - 1),
        DOMAIN,
        "write (target + 1) / 2",
    ),
    "a mask of numbers": (lambda: al.mse_loss(SCORES, SCORES, where=LABELS), DTYPE, "write where != 0"),
    "one-hot to be smoothed": (lambda: al.smooth_labels(ONE_HOT), al.OptionError, "cast them to a floating dtype"),
    "Keras' None": (lambda: al.mse_loss(SCORES, SCORES, reduction=None), al.OptionError, 'None is "none" here'),
    "a class called": (lambda: al.MSELoss(SCORES, SCORES), ARGUMENT, "write MSELoss()(input, target)"),
    "size_average": (lambda: al.CrossEntropyLoss(size_average=False), ARGUMENT, 'write reduction="mean" for True'),
    "reduce": (lambda: al.cross_entropy(LAST, IDS, reduce=False), ARGUMENT, 'write reduction="none" for False'),
    "mask": (lambda: al.mse_loss(SCORES, SCORES, mask=LABELS), ARGUMENT, "it is `where` here"),
    "mask, of a class": (lambda: al.MSELoss(mask=LABELS), ARGUMENT, "given when the loss is called"),
    "dim": (lambda: al.cross_entropy(LAST, IDS, dim=-1), ARGUMENT, "it is `axis` here"),
    "weight": (lambda: al.focal_loss(FIRST, IDS, weight=[1.0] * 3), ARGUMENT, "it is `alpha` here"),
    "softmax": (lambda: al.DiceLoss(softmax=True), ARGUMENT, 'write activation="softmax"'),
    "squared_pred": (lambda: al.DiceLoss(squared_pred=True), ARGUMENT, "it is `squared` here"),
    "from_logits, maps": (lambda: al.DiceLoss(from_logits=False), ARGUMENT, "write activation=None for probabilities"),
    "from_logits": (lambda: al.BCELoss(from_logits=True), ARGUMENT, "binary_cross_entropy_with_logits"),
    "Keras' names": (lambda: al.MSELoss()(y_true=SCORES, y_pred=SCORES), ARGUMENT, "it is `target` here"),
    "sums of two libraries": (
        lambda: sum(al.mse_loss(x, x, reduction="sums") for x in (SCORES, torch.tensor(SCORES))),
        al.MergeError,
        "those of a NumPy array and of a PyTorch tensor cannot be added",
    ),
    "a gradient in 32 bits": (
        lambda: al.check_gradient(al.mse_loss, torch.ones(3), torch.zeros(3)),
        DTYPE,
        "must be float64",
    ),
    "a single logit": (lambda: al.cross_entropy(torch.tensor(1.0), torch.tensor(0)), SHAPE, "or (C,), got ()"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_it_says_what_to_write(name):
    call, kind, text = SLIPS[name]
    with pytest.raises(kind) as caught:
        call()
    assert text in str(caught.value), str(caught.value)


def test_what_it_says_is_right():
    want = al.cross_entropy(FIRST, IDS)
    assert al.cross_entropy(LAST, IDS, axis=-1) == pytest.approx(want)
    assert al.cross_entropy(FIRST, IDS[:, None][:, 0]) == want
    assert al.cross_entropy(FIRST, ONE_HOT.astype(float)) == pytest.approx(want)
    flat = al.linear_cross_entropy(HIDDEN.reshape(-1, HIDDEN.shape[-1]), HEAD, TOKENS.reshape(-1))
    assert flat == pytest.approx(al.cross_entropy(HIDDEN.reshape(-1, 4) @ HEAD.T, TOKENS.reshape(-1)))
    assert al.mse_loss(pd.Series(SCORES).to_numpy(), pd.Series(SCORES).to_numpy()) == 0


def test_no_hint_where_there_is_nothing_to_say():
    with pytest.raises(al.DomainError) as caught:
        al.binary_cross_entropy_with_logits(SCORES, SCORES)
    assert str(caught.value) == (
        "binary_cross_entropy_with_logits: `target` must hold values in [0, 1], got -2.0 at position (0)"
    )
    with pytest.raises(al.ShapeError) as caught:
        al.cross_entropy(FIRST, IDS[:1])
    assert str(caught.value) == "cross_entropy: `target` must have shape (N, *S) = (2, 6, 7), got (1, 6, 7)"


# --- losses of one's own --------------------------------------------------------------------------------------------


@pointwise(tasks=("regression",))
def averaged(input, target, **options):
    return abs(input - target).sum()


@pytest.mark.parametrize("library", [np.asarray, torch.tensor, jnp.asarray], ids=["numpy", "torch", "jax"])
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_a_formula_that_is_reduced_already(library, reduction):
    x = library(SCORES)
    with pytest.raises(SHAPE, match=r"averaged: the formula must return the unreduced losses, of shape \(\*S,\), got"):
        averaged(x, 0 * x, reduction=reduction)


def test_an_option_without_a_domain():
    def scaled(input, target, *, scale=1.0, **options):
        return scale * (input - target)

    with pytest.raises(TypeError, match=r"scaled: the option `scale` needs a domain: .* `scale: Positive = 1.0`"):
        pointwise(tasks=("regression",))(scaled)


def test_domains_that_are_texts():
    """As `from __future__ import annotations` makes them."""

    def scaled(input, target, *, scale: "Positive" = 1.0, **options):
        return scale * (input - target)

    with pytest.raises(al.OptionError, match="`scale` must be a finite number > 0"):
        pointwise(tasks=("regression",))(scaled)(SCORES, SCORES, scale=-1.0)


def test_a_class_of_no_loss():
    with pytest.raises(TypeError, match=r"no loss: .* decorate its formula"):
        loss_class(lambda input, target: input - target, "OwnLoss")
