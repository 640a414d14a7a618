"""Where a peer is wrong, or means something else, in several losses: one table, strict. What it lists must deviate, in
the way it says; what deviates must be listed, here or in the case of the loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from ..case import Case
from ..peer import Defect

NONE, MEAN, BOTH, REDUCED = ("none",), ("mean",), ("none", "mean"), ("mean", "sum")
TORCH, VISION, OPTAX, KERAS, SKLEARN = "torch.nn.functional", "torchvision", "optax", "keras", "scikit-learn"
BCE, LOGITS, SIGMOID_FOCAL = "binary_cross_entropy", "binary_cross_entropy_with_logits", "sigmoid_focal_loss"
CE, FOCAL, SMOOTHING, NLL = "cross_entropy", "focal_loss", "label_smoothing_loss", "nll_loss"
HUBER, L1, MSE, SMOOTH_L1 = "huber_loss", "l1_loss", "mse_loss", "smooth_l1_loss"

NO_ELEMENT = ("empty batch", "empty axis, weighted", "all masked*")
NO_POSITION = ("empty batch", "empty space", "all masked", "all ignored")
OVER_NOTHING = "the mean over nothing is NaN"
OVER_ZERO = "it divides 0 by 0"
NOT_A_NUMBER = "0 * inf or inf - inf in its formula"
CLIPPED = "it clips probabilities, and so caps the loss and never lets it be 0"
MINING = "where there are fewer negatives than it asks for, it mines positives too"
SHIFT = "it takes the logit from logsumexp, which is as large; shifted first, both are small"
UNREDUCED = "it returns a list of no losses before it reduces"
FEW = "it checks that there is a sample"
WEIGHTLESS = "it checks that the weights have a sum"

DEFECTS: tuple[Defect, ...] = (
    # --- torch.nn.functional ---
    Defect(
        TORCH, (BCE, LOGITS, HUBER, L1, MSE), NO_ELEMENT, "nan", OVER_NOTHING, OVER_ZERO, "pytorch#70348", MEAN,
    ),
    Defect(
        TORCH, ("linear_cross_entropy",),
        ("empty batch", "all ignored", "soft target, empty batch", "positions, empty batch", "no positions"), "nan",
        OVER_NOTHING, OVER_ZERO, "pytorch#70348", MEAN,
    ),
    Defect(TORCH, (SMOOTH_L1,), ("empty batch", "all masked"), "nan", OVER_NOTHING, OVER_ZERO, "pytorch#70348", MEAN),
    Defect(
        TORCH, (L1, MSE), ("weight 0", "sample weight 0"), "nan", "the mean of weights 0 is NaN", OVER_ZERO,
        "pytorch#70348", MEAN,
    ),
    Defect(
        TORCH, (CE, SMOOTHING, NLL), (*NO_POSITION, "weight 0"), "nan", OVER_NOTHING, OVER_ZERO, "pytorch#70348", MEAN,
    ),
    Defect(
        TORCH, (CE, SMOOTHING), ("soft target, empty batch", "soft target, all masked"), "nan", OVER_NOTHING, OVER_ZERO,
        "pytorch#70348", MEAN,
    ),
    Defect(
        TORCH, (LOGITS,), ("infinite, *",), "nan", "NaN at infinite logits", NOT_A_NUMBER, "pytorch#49844",
    ),
    Defect(TORCH, (CE,), ("soft target, -inf at 0",), "nan", "NaN for a -inf logit of target 0", NOT_A_NUMBER),
    Defect(TORCH, (NLL, HUBER, L1, MSE), ("infinite loss of weight 0",), "nan", "NaN for weight 0", NOT_A_NUMBER),
    # --- torchvision ---
    Defect(
        VISION, (SIGMOID_FOCAL,), ("empty batch", "all masked"), "nan", OVER_NOTHING, OVER_ZERO, "pytorch#70348", MEAN,
    ),
    Defect(
        VISION, (SIGMOID_FOCAL,), ("infinite, *",), "nan", "NaN at infinite logits", NOT_A_NUMBER, "pytorch#49844",
    ),
    Defect(
        VISION, ("multibox_loss",),
        (
            "iou_threshold 0.1", "iou_threshold 0", "padding, iou_threshold 0", "by hand", "tie rule", "equal *",
            "IoU at the threshold", "no overlap", "not enough negatives", "more ground truths than boxes",
        ),
        "number", "positives count twice", MINING, "DeepLearningExamples#948", MEAN,
    ),
    Defect(
        VISION, ("ssd_loss",),
        (
            "plain", "alpha 0.5", "nan targets of negatives", "not enough negatives", "all positive", "extreme",
            "-inf elsewhere", "integer boxes",
        ),
        "number", "positives count twice", MINING, "DeepLearningExamples#948", MEAN,
    ),
    # --- optax ---
    Defect(OPTAX, (LOGITS,), ("infinite, right",), "nan", "NaN for a right answer at infinity", NOT_A_NUMBER, "", NONE),
    Defect(
        OPTAX, (SIGMOID_FOCAL,), ("infinite, right, *", "infinite, wrong, alpha 0"), "nan", "NaN at infinite logits",
        NOT_A_NUMBER, "", NONE,
    ),
    Defect(
        OPTAX, (CE,), ("soft target, -inf at 0",), "nan", "NaN for a -inf logit of target 0", NOT_A_NUMBER, "optax#896",
        NONE,
    ),
    Defect(
        OPTAX, (CE,), ("extreme, right",), "number", "digits are lost at large logits",
        SHIFT, "", NONE,
    ),
    Defect(
        OPTAX, ("dice_loss",), ("nothing predicted", "nothing predicted, nothing true"), "error",
        "refuses probabilities of 0", "it wants each pixel's to sum to 1, also of a single channel", "", NONE,
    ),
    # --- keras ---
    Defect(
        KERAS, (BCE, LOGITS, SIGMOID_FOCAL, HUBER, L1, MSE, SMOOTH_L1), ("all masked", "all masked nan and inf"),
        "shape", "no number for an empty list", UNREDUCED, "",
        REDUCED,
    ),
    Defect(
        KERAS, (CE, FOCAL, SMOOTHING), ("empty batch", "soft target, empty batch", "all masked"), "shape",
        "no number for an empty list", UNREDUCED, "", REDUCED,
    ),
    Defect(KERAS, (FOCAL, SMOOTHING), ("all ignored",), "shape", "no number for an empty list", UNREDUCED, "", REDUCED),
    Defect(
        KERAS, (FOCAL,), ("soft target, all masked",), "shape", "no number for an empty list", UNREDUCED, "", REDUCED,
    ),
    Defect(KERAS, (BCE,), ("certain*", "extreme*"), "number", "the loss is capped at 16", CLIPPED, "keras#9247"),
    Defect(
        KERAS, (LOGITS,), ("extreme*", "infinite, right", "infinite, wrong"), "number", "the loss is capped at 16",
        f"from logits too, on this backend: {CLIPPED}", "keras#9247",
    ),
    Defect(
        KERAS, (SIGMOID_FOCAL,), ("extreme*", "infinite, right, gamma 0.0", "infinite, wrong"), "number",
        "the loss is capped at 16", f"from logits too: {CLIPPED}",
    ),
    Defect(
        KERAS, (FOCAL,), ("extreme, wrong", "infinite loss", "certain*"), "number", "the loss is capped at 16",
        f"from logits too: {CLIPPED}",
    ),
    Defect(
        KERAS, (CE,), ("soft target, -inf at 0", "-inf elsewhere", "infinite loss", "infinite loss of weight 0"), "nan",
        "NaN for a -inf logit", "it multiplies by one-hot labels, on this backend for ids too: 0 * inf",
    ),
    Defect(
        KERAS, (SMOOTHING, HUBER, L1, MSE, SMOOTH_L1), ("infinite loss of weight 0",), "nan", "NaN for weight 0",
        NOT_A_NUMBER,
    ),
    # --- scikit-learn ---
    Defect(
        SKLEARN, (BCE,), ("empty batch", "all masked"), "error", "refuses to reduce nothing",
        FEW, "", REDUCED,
    ),
    Defect(
        SKLEARN, (BCE,), ("empty axis, weighted", "all masked nan and inf"), "error", "refuses to reduce nothing", FEW,
        "", ("sum",),
    ),
    Defect(SKLEARN, (NLL,), NO_POSITION, "error", "refuses to reduce nothing", FEW, "", REDUCED),
    Defect(SKLEARN, (L1, MSE), NO_ELEMENT, "error", "refuses to reduce nothing", FEW, "", MEAN),
    Defect(
        SKLEARN, (LOGITS, HUBER, SMOOTH_L1), ("empty batch", "all masked"), "nan", OVER_NOTHING, OVER_ZERO, "", MEAN,
    ),
    Defect(SKLEARN, (CE,), NO_POSITION, "nan", OVER_NOTHING, OVER_ZERO, "", MEAN),
    Defect(
        SKLEARN, (NLL,), ("sample weight 0",), "error", "refuses weights of 0 alone",
        WEIGHTLESS, "", REDUCED,
    ),
    Defect(SKLEARN, (CE,), ("sample weight 0",), "error", "refuses weights of 0 alone", WEIGHTLESS, "", MEAN),
    Defect(
        SKLEARN, (L1, MSE), ("sample weight 0", "weight 0"), "error", "refuses weights of 0 alone", WEIGHTLESS, "",
        MEAN,
    ),
    Defect(
        SKLEARN, (L1, MSE), ("infinite loss*",), "error", "refuses infinities", "it checks that all is finite", "",
        MEAN,
    ),
    Defect(
        SKLEARN, (BCE,), ("certain", "extreme"), "number", "the loss is capped at 36", CLIPPED, "scikit-learn#28851",
        REDUCED,
    ),
    Defect(
        SKLEARN, (NLL,), ("extreme", "infinite loss"), "number", "the loss is capped at 36", CLIPPED,
        "scikit-learn#28851", REDUCED,
    ),
    Defect(SKLEARN, (CE,), ("extreme, right",), "number", "digits are lost at large logits", SHIFT, "", BOTH),
    Defect(
        SKLEARN, (LOGITS,), ("infinite, right", "infinite, wrong"), "nan", "NaN at infinite logits", NOT_A_NUMBER, "",
        BOTH,
    ),
    Defect(
        SKLEARN, (LOGITS,), ("infinite, wrong, weight 0",), "nan", "NaN at infinite logits", NOT_A_NUMBER, "", NONE,
    ),
    Defect(SKLEARN, (CE,), ("infinite loss of weight 0",), "nan", "NaN for weight 0", NOT_A_NUMBER, "", BOTH),
    Defect(
        SKLEARN, (HUBER, L1, MSE, SMOOTH_L1), ("infinite loss of weight 0",), "nan", "NaN for weight 0", NOT_A_NUMBER,
        "", NONE,
    ),
)  # fmt: skip
"""`project#n` is an issue or a pull request of that project on GitHub."""


def listed(case: Case, oracle: str, label: str, reduction: str) -> tuple[Defect, ...]:
    """The entries that speak of one comparison."""
    return tuple(each for each in (*DEFECTS, *case.defects) if each.lists(oracle, case.name, label, reduction))


def unseen(entries: Iterable[Defect], oracle: str, seen: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """What the entries list of a peer without any of the (loss, label, reduction) at which a defect was seen."""
    seen = tuple(seen)
    for entry in entries:
        if entry.oracle != oracle:
            continue
        for loss in entry.losses:
            for pattern in entry.samples:
                for reduction in entry.reductions:
                    if not any(
                        (loss, reduction) == (name, how) and fnmatchcase(label, pattern) for name, label, how in seen
                    ):
                        yield f"{oracle}, {loss}, {pattern!r}, {reduction}: {entry.what}"
