"""`with_parts`: a loss together with the parts that it is the sum of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .composable import refuse_keras
from .compositions import Composition
from .errors import NamespaceError, OptionError, describe, fail
from .families.function import family_of
from .objects import Loss


class WithParts:
    """A loss that returns its parts too; equal, and a static argument for `jax.jit`, as the loss is."""

    __slots__ = ("__weakref__", "loss")

    def __init__(self, loss: Callable[..., Any]) -> None:
        self.loss = loss

    def __call__(self, *arrays: Any, **options: Any) -> tuple[Any, dict[str, Any]]:
        """The loss of these arrays, and its parts by name."""
        if isinstance(self.loss, Composition):
            return of_composition(self.loss, arrays, **options)
        if isinstance(self.loss, Loss):
            options = self.loss.given(arrays, options)
        family: Any = family_of(getattr(self.loss, "function", self.loss))
        found: tuple[Any, dict[str, Any]] = family.with_parts(family.signature.bind(arrays, options))
        return found

    def __getattr__(self, name: str) -> Any:
        refuse_keras(self.loss, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WithParts) and self.loss == other.loss

    def __hash__(self) -> int:
        return hash((WithParts, self.loss))

    def __repr__(self) -> str:
        return f"with_parts({getattr(self.loss, '__name__', None) or repr(self.loss)})"

    def __reduce__(self) -> Any:
        return with_parts, (self.loss,)


def of_composition(
    loss: Composition, arrays: tuple[Any, ...], step: Any = None, **options: Any
) -> tuple[Any, dict[str, Any]]:
    """The loss, and its terms by the names of their classes, with their numbers where there are several of one."""
    loss.check_number(arrays, options)
    terms = [term for _, term in loss.pairs()]
    losses = [term(*arrays, **options) for term in terms]
    scales, names = loss.scales(step, losses), [type(term).__name__ for term in terms]
    shown = [f"{name} {i}" if names.count(name) > 1 else name for i, name in enumerate(names, 1)]
    parts = {name: loss.added((scale,), [each]) for name, scale, each in zip(shown, scales, losses, strict=True)}
    return loss.added(scales, losses), parts


def with_parts(loss: Callable[..., Any]) -> WithParts:
    """A function to the loss and its parts, each as it counts in the loss: they add up to it.

    For what is logged beside the loss that is trained. One call evaluates all, and what they share once.

    .. versionadded:: 0.1

    Parameters
    ----------
    loss : callable
        A loss that is a sum, its function or an object: `ssd_loss` and `multibox_loss` of "localization" and
        "classification", `dice_ce_loss` of "dice" and "ce", `dice_focal_loss` of "dice" and "focal",
        `unified_focal_loss` of "focal" and "focal_tversky"; or a composition, of its terms by the names of their
        classes, with their numbers where there are several of one (``"MSELoss 2"``).

    Returns
    -------
    callable
        Takes what `loss` takes, and returns a pair: the loss, as without the parts, and a dict of these. Factors are
        in the parts: `alpha`, `lambda_ce`, those of terms. Each has the reduction and the divisor of the loss; with
        ``reduction="sums"`` they are `Sums` that merge with the same part of other batches.

    Raises
    ------
    NamespaceError
        `loss` is not callable.
    OptionError
        `loss` is not made of parts.

    Notes
    -----
    The pair is what `has_aux` of `value_and_grad` expects, as in JAX.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> loc, conf = np.zeros((1, 3, 4)), np.array([[[0.0, 2.0], [1.0, 0.0], [3.0, 0.0]]])
    >>> loss, parts = al.with_parts(al.SSDLoss(neg_pos_ratio=1))(loc, conf, np.full((1, 3, 4), 0.5), [[1, 0, 0]])
    >>> round(float(loss), 6), {name: round(float(each), 6) for name, each in parts.items()}
    (0.94019, {'localization': 0.5, 'classification': 0.44019})
    >>> f = al.with_parts(0.5 * al.MSELoss() + al.L1Loss())
    >>> (value, parts), gradient = al.value_and_grad(f, has_aux=True)(np.array([1.0, 2.0]), [0.0, 4.0])
    >>> float(value), {name: float(each) for name, each in parts.items()}, gradient.tolist()
    (2.75, {'MSELoss': 1.25, 'L1Loss': 1.5}, [1.0, -1.5])
    """
    if isinstance(loss, WithParts):
        return loss
    if isinstance(loss, type) or not callable(loss):
        given = f"the class {loss.__name__}" if isinstance(loss, type) else describe(loss)
        fail(NamespaceError, "with_parts", "loss", "be a loss function, a loss object or a composition", given)
    family = getattr(getattr(loss, "function", loss), "family", None)
    if not isinstance(loss, Composition) and not hasattr(family, "with_parts"):
        given = getattr(loss, "__name__", None) or repr(loss)
        fail(OptionError, "with_parts", "loss", "be made of parts, as ssd_loss or a composition is", given)
    return WithParts(loss)
