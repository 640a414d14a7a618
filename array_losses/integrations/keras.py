"""Losses as Keras losses."""

from __future__ import annotations

from typing import Any

from .definitions import checked_pair_terms, missing

try:
    import keras
    from keras.src.backend import get_keras_mask  # neither is exported, and nothing else tells what they do
    from keras.src.backend.common.symbolic_scope import in_symbolic_scope
except ModuleNotFoundError as error:
    raise missing(error, "keras", "keras") from None

from ..backends import backend_of
from ..compositions import Composition
from ..config import from_config
from ..errors import DomainError, DTypeError, fail
from ..families.base import Family
from ..families.function import family_of
from ..families.labels import ClassIds
from ..objects import Loss
from .weighting import weighted_mean

__all__ = ["KerasLoss", "as_keras_loss"]

REDUCTIONS = {"mean": "sum_over_batch_size", "batchmean": "sum_over_batch_size", "sum": "sum", "none": "none"}
"""Ours, and what Keras calls them."""


@keras.saving.register_keras_serializable(package="array_losses")
class KerasLoss(keras.losses.Loss):  # type: ignore[misc]
    """A loss as a Keras loss; made by `as_keras_loss`.

    .. versionadded:: 0.1
    """

    def __init__(self, loss: Loss | Composition, name: str | None = None) -> None:
        terms = checked_pair_terms("as_keras_loss", loss, tuple(REDUCTIONS))
        own = "_".join([family_of(term.function).name for _, term in terms])
        super().__init__(name=name or own, reduction=REDUCTIONS[terms[0][1].options["reduction"]])
        self.loss = loss

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss of these arrays; in place of Keras's own, which makes floating-point numbers of class ids."""
        mask = get_keras_mask(y_pred)
        y_true, y_pred = keras.ops.convert_to_tensor(y_true), keras.ops.convert_to_tensor(y_pred)
        options = {}
        if sample_weight is not None:
            options["sample_weight"] = keras.ops.convert_to_tensor(sample_weight, dtype=self.dtype)
        if mask is not None:
            options["where"] = keras.ops.cast(mask, "bool")
        try:
            losses = [factor * _value(term, y_true, y_pred, options) for factor, term in self.loss.terms()]
        except DomainError:
            if not in_symbolic_scope():
                raise
            return keras.ops.zeros((), self.dtype)  # asked for its shape only, of NumPy arrays that hold anything
        return sum(losses[1:], start=losses[0])

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return self(y_true, y_pred)

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, "loss": self.loss.to_config()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> KerasLoss:
        return cls(from_config(config["loss"]), config["name"])

    def __repr__(self) -> str:
        return f"as_keras_loss({self.loss!r})"


def _value(term: Loss, y_true: Any, y_pred: Any, options: dict[str, Any]) -> Any:
    """The loss of one term, whose arrays have the axes that it wants."""
    family, shape = family_of(term.function), tuple(y_pred.shape)
    y_true = _labels(family, term, y_true, shape)
    wanted = {"sample_weight": family.unreduced_shape(shape, term.options), "where": _mask_shape(family, term, shape)}
    given = {name: _ranked(value, wanted[name]) for name, value in options.items()}
    return weighted_mean(term, (y_pred, y_true), given, counted=False)


def _mask_shape(family: Family, term: Loss, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape of the mask of such predictions; None where they have none that fits."""
    layout = family.layout(term.options)
    sizes = layout.sizes(shape, term.options)
    return sizes.shape(layout.where) if sizes else None


def _labels(family: Family, term: Loss, y_true: Any, shape: tuple[int, ...]) -> Any:
    """The targets, without or with the axis of size 1 that Keras does not mind."""
    axes, role = tuple(y_true.shape), family.layout(term.options).roles[family.signature.batch[1]]
    if not isinstance(role, ClassIds):
        return keras.ops.expand_dims(y_true, -1) if len(axes) + 1 == len(shape) and shape[-1] == 1 else y_true
    axis, ids = term.options["axis"], backend_of(y_true).kind(y_true.dtype) == "integer"
    column = len(axes) == len(shape) and -len(axes) <= axis < len(axes) and axes[axis] == 1
    if not ids and (len(axes) + 1 == len(shape) or (column and shape[axis] != 1)):
        got = f"{keras.backend.standardize_dtype(y_true.dtype)} of shape {axes}"
        fail(DTypeError, "as_keras_loss", "y_true", "hold class ids as integers (y.astype('int64'))", got)
    return keras.ops.squeeze(y_true, axis) if ids and column else y_true


def _ranked(weight: Any, shape: tuple[int, ...] | None) -> Any:
    """Weights or a mask with as many axes as what they weigh; (N,) is one for each sample."""
    axes = tuple(weight.shape)
    if shape is None or len(axes) == len(shape):
        return weight
    if len(axes) == len(shape) + 1 and axes[-1] == 1:
        return keras.ops.squeeze(weight, -1)
    if 1 < len(axes) < len(shape):
        return keras.ops.reshape(weight, axes + (1,) * (len(shape) - len(axes)))
    return weight


def as_keras_loss(loss: Loss | Composition, *, name: str | None = None) -> KerasLoss:
    """A loss as a `keras.losses.Loss`, for `compile`, `fit`, `save` and `load_model`, on Keras's torch, JAX and NumPy.

    .. versionadded:: 0.1

    Parameters
    ----------
    loss : loss object or composition
        A loss of two arrays, predictions and targets.
    name : str, optional
        The name, by default that of the loss function.

    Returns
    -------
    KerasLoss
        Called with ``(y_true, y_pred, sample_weight=None)``.

    Raises
    ------
    DTypeError
        `loss` is no loss object; the error says what to write for a function or a class.
    OptionError
        The loss takes other arrays than two, or has ``reduction="sums"``.

    Notes
    -----
    A bare loss object as ``compile(loss=al.BCELoss())`` is refused when Keras asks for its name, as Keras would give it
    the labels first. A bare *function*, ``compile(loss=al.binary_cross_entropy)``, cannot know: it takes the labels for
    predictions, silently where both could be either.

    Without weights the value is that of the loss itself. What `mask_zero` or a `Masking` layer masks does not exist.
    Sample weights multiply, and do not count in the divisor, as in Keras (``sum_over_batch_size``), unless the loss
    says ``normalizer="weights"``. Class weights that are options of the loss count in the divisor as torch has it.
    Targets keep their dtype: integers are class ids, also in a column (N, 1), floating-point numbers are probabilities.
    Keras's images have channels last: give the loss ``axis=-1``.
    `load_model` finds the class once `array_losses.integrations.keras` is imported.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> from array_losses.integrations.keras import as_keras_loss
    >>> loss = as_keras_loss(al.BCELoss() + 0.5 * al.MSELoss())
    >>> round(float(loss(np.array([[1.0], [0.0]], "float32"), np.array([[0.5], [0.5]], "float32"))), 4)
    0.8181
    """
    return KerasLoss(loss, name)
