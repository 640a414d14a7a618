"""Second derivatives: Hessian-vector products, and the diagonal of the Hessian."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from math import prod
from typing import Any

from ..backends import backend_of
from ..errors import OptionError, ShapeError, describe, fail
from ..typing import Array, ArrayLike
from .arguments import check_arguments, name_of
from .gradients import grad


def hvp(f: Callable[..., ArrayLike], argnums: int = 0) -> Callable[..., Any]:
    """The product of the Hessian of a function with a vector.

    .. versionadded:: 0.1

    Parameters
    ----------
    f : callable
        As for `grad`.
    argnums : int, default 0
        The positional argument to differentiate twice.

    Returns
    -------
    callable
        Takes the vector, of the shape of that argument, and then what `f` takes.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.hvp(al.mse_loss)(np.array([1.0, 0.0]), np.array([1.0, 3.0]), [0.0, 0.0]).tolist()
    [1.0, 0.0]
    """
    gradient = grad(f, argnums)

    @wraps(f, updated=())
    def product(vector: Array, *args: Any, **kwargs: Any) -> Any:
        check_arguments(name_of(f), args, (argnums,))
        wanted, given = tuple(args[argnums].shape), getattr(vector, "shape", None)
        if given is None or tuple(given) != wanted:
            fail(ShapeError, "hvp", "vector", f"be an array of shape {wanted}", describe(vector))

        def slope(*given: object) -> Array:
            g = gradient(*given, **kwargs)
            return backend_of(g).xp.sum(g * _beside(vector, g))

        return grad(slope, argnums)(*args)

    return product


def hessian_diagonal(
    f: Callable[..., ArrayLike], argnums: int = 0, *, coupled: str | int | None = "auto"
) -> Callable[..., Any]:
    """The diagonal of the Hessian, as boosting needs it.

    .. versionadded:: 0.1

    Parameters
    ----------
    f : callable
        As for `grad`; most useful with ``reduction="sum"``, so that each row's entry does not depend on the others.
    argnums : int, default 0
        The positional argument to differentiate twice.
    coupled : "auto", None, int or "all", default "auto"
        Which elements of the argument depend on each other in `f`: None for pointwise functions, the number of an
        axis for functions of one axis such as a softmax, "all" for any function. "auto" asks a loss of this library,
        and is "all" for other functions. The cost is that many Hessian-vector products: 1, the length of the axis, or
        the number of elements.

    Returns
    -------
    callable
        Takes what `f` takes and returns an array of the shape of the argument.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> loss = al.BCEWithLogitsLoss(reduction="sum")
    >>> al.hessian_diagonal(loss)(np.array([0.0, 2.0]), [1, 0]).round(6).tolist()
    [0.25, 0.104994]
    """
    product = hvp(f, argnums)

    @wraps(f, updated=())
    def diagonal(*args: Any, **kwargs: Any) -> Array:
        x = args[argnums]
        xp = backend_of(x).xp
        masks = _directions(x, _coupling(f, coupled, x, kwargs))
        total = None
        for mask in masks:
            part = mask * product(mask, *args, **kwargs)
            total = part if total is None else total + part
        return xp.zeros_like(x) if total is None else total

    return diagonal


def _coupling(f: object, coupled: str | int | None, x: Array, kwargs: dict[str, Any]) -> Any:
    if coupled != "auto":
        if not (coupled is None or coupled == "all" or isinstance(coupled, int)):
            fail(OptionError, "hessian_diagonal", "coupled", 'be "auto", None, "all" or an axis', describe(coupled))
        return coupled
    family = getattr(getattr(f, "function", f), "family", None)
    if family is None or not hasattr(family, "coupled"):
        return "all"
    options = {**family.signature.defaults, **getattr(f, "options", {}), **kwargs}
    return family.coupled(options, x.ndim)


def _directions(x: Array, coupled: str | int | None) -> Iterator[Array]:
    """Masks of 0 and 1, of elements that do not depend on each other."""
    backend = backend_of(x)
    xp = backend.xp
    if coupled is None:
        yield xp.ones_like(x)
        return
    size = x.shape[coupled] if isinstance(coupled, int) else prod(x.shape)
    index = backend.arange(size, x)
    shape = [1] * x.ndim
    if isinstance(coupled, int):
        shape[coupled] = size
    for i in range(size):
        hit = xp.astype(index == i, x.dtype)
        hit = xp.reshape(hit, tuple(shape) if isinstance(coupled, int) else tuple(x.shape))
        yield hit * xp.ones_like(x)


def _beside(vector: Array, g: Array) -> Array:
    """The vector in the library of `g`, which may be traced."""
    backend = backend_of(g)
    adopted = backend.adopt(vector, backend_of(vector))
    return vector if adopted is None else adopted
