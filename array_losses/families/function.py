"""The public function of a loss, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..backends.leaf import keep_leaf
from ..evaluation import delegate
from ..typing import Derivative
from .base import Family


def make_loss(family: Family) -> Callable[..., Any]:
    """The public function: the body's name and documentation, the family's behaviour."""
    family.key = keep_leaf(family.name, family)

    @wraps(family.formula)
    def loss(*args: Any, **kwargs: Any) -> Any:
        if 2 <= len(args) <= 3 and kwargs.keys() <= family.short_options:
            found = delegate(family, args, kwargs)
            if found is not None:
                return found
        return family.call(*args, **kwargs)

    # code of its own, by which torch.compile counts recompilations, and tracebacks name the loss
    loss.__code__ = loss.__code__.replace(co_name=family.name, co_qualname=family.name)  # type: ignore[attr-defined]
    loss.__signature__ = family.signature.public  # type: ignore[attr-defined]
    loss.__doc__ = family.signature.document(family.formula.__doc__, family.where_doc)

    def derivative(both: Callable[..., Any]) -> Callable[..., Any]:
        family.derivative = both
        return both

    loss.family, loss.derivative = family, derivative  # type: ignore[attr-defined]
    return loss


def family_of(loss: Callable[..., Any]) -> Family:
    """The family record of a loss function."""
    try:
        return loss.family  # type: ignore[attr-defined,no-any-return]
    except AttributeError:
        raise TypeError(f"no loss: {loss!r}; decorate its formula with a family of array_losses.families") from None


def derivative_of(loss: Callable[..., Any]) -> Callable[..., Derivative]:
    """The derivative by hand of a loss, for those of other losses."""
    found = family_of(loss).derivative
    assert found is not None
    return found


def formula(loss: Callable[..., Any]) -> Callable[..., Any]:
    """The bare formula of a loss, for other formulas: no checks, no weights, no reduction."""
    return family_of(loss).formula
