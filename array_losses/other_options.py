"""What other projects call the options of losses, and what to write here in their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NoReturn

from .errors import ArgumentError, closest

MEANT = {
    "mask": ("where",),
    "dim": ("axis",),
    "weight": ("alpha", "sample_weight"),
    "bias": ("linear_bias",),
    "quantile": ("tau",),
    "q": ("tau",),
    "logits": ("input",),
    "predictions": ("input",),
    "y_pred": ("input",),
    "labels": ("target",),
    "targets": ("target",),
    "y_true": ("target",),
    "squared_pred": ("squared",),
}
"""Ours, of which the first is meant that a loss takes."""
OF_LOGITS = {"binary_cross_entropy": "binary_cross_entropy_with_logits"}
"""Losses of probabilities, and those of logits beside them."""
OF_PROBABILITIES = (
    "logits and probabilities have losses of their own: cross_entropy and binary_cross_entropy_with_logits, "
    "nll_loss (of logarithms) and binary_cross_entropy"
)
WRITTEN = (
    ("reduce", "reduction", 'write reduction="none" for False, "mean" or "sum" for True'),
    ("size_average", "reduction", 'write reduction="mean" for True, "sum" for False'),
    ("from_logits", "activation", "write activation=None for probabilities"),
    ("from_logits", "reduction", OF_PROBABILITIES),
    ("softmax", "activation", 'write activation="softmax"'),
    ("sigmoid", "activation", 'write activation="sigmoid"'),
    ("other_act", "activation", "write activation=None, and give probabilities"),
    ("to_onehot_y", "target", "class ids are taken as they are: integers of shape (N, *S)"),
)
"""Theirs, one of ours that the loss must take, and what to write; the first that fits."""


def refuse_unknown(function: str, name: str, known: Collection[str], all_names: Iterable[str] = ()) -> NoReturn:
    """Say what is known; of an option of another project, what to write; of a slip, what may have been meant."""
    names = {*known, *all_names}
    meant = next((each for each in MEANT.get(name, ()) if each in names), "")
    written = next((text for theirs, ours, text in WRITTEN if theirs == name and ours in names), "")
    if meant:
        hint = f"it is `{meant}` here{'' if meant in known else ', given when the loss is called'}"
    elif written:
        hint = written
    else:
        close = closest(name, known)
        hint = f"did you mean `{close}`?" if close else f"it takes {', '.join(known)}"
    raise ArgumentError(f"{function}: unknown option `{name}`; {hint}")
