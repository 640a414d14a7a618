"""Second derivatives: Hessian-vector products, and the diagonal of the Hessian."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from math import prod
from typing import Any, Literal

from ..backends import backend_of
from ..errors import ArgumentError, OptionError, ShapeError, closest, describe, fail
from ..typing import Array, ArrayLike
from .api import grad
from .arguments import check_argument, name_of

Structure = Literal["auto", "diagonal", "dense"] | int


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
        check_argument(name_of(f), args, argnums)
        wanted, given = tuple(args[argnums].shape), getattr(vector, "shape", None)
        if given is None or tuple(given) != wanted:
            fail(ShapeError, "hvp", "vector", f"be an array of shape {wanted}", describe(vector))

        def slope(*given: object) -> Array:
            g = gradient(*given, **kwargs)
            return backend_of(g).xp.sum(g * _lifted(vector, g))

        return grad(slope, argnums)(*args)

    return product


def hessian_diagonal(
    f: Callable[..., ArrayLike], argnums: int = 0, *, structure: Structure = "auto", **unknown: Any
) -> Callable[..., Any]:
    """The diagonal of the Hessian, as boosting needs it.

    .. versionadded:: 0.1

    Parameters
    ----------
    f : callable
        As for `grad`; most useful with ``reduction="sum"``, so that each row's entry does not depend on the others.
    argnums : int, default 0
        The positional argument to differentiate twice.
    structure : "auto", "diagonal", int or "dense", default "auto"
        The structure of the Hessian: "diagonal" for pointwise functions, the number of an axis for functions that
        couple the elements along it, such as a softmax, "dense" for any function. "auto" asks a loss of this library,
        and is "dense" for other functions. The cost is that many Hessian-vector products: 1, the length of the axis,
        or the number of elements.

    Returns
    -------
    callable
        Takes what `f` takes and returns an array of the shape of the argument.

    Raises
    ------
    ArgumentError
        An option is unknown.
    OptionError
        `structure` is none of these, or no axis of the argument.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> loss = al.BCEWithLogitsLoss(reduction="sum")
    >>> al.hessian_diagonal(loss)(np.array([0.0, 2.0]), [1, 0]).round(6).tolist()
    [0.25, 0.104994]
    """
    _refuse(unknown)
    product = hvp(f, argnums)

    @wraps(f, updated=())
    def diagonal(*args: Any, **kwargs: Any) -> Array:
        check_argument(name_of(f), args, argnums)
        x = args[argnums]
        xp = backend_of(x).xp
        masks = _directions(x, _structure_of(f, structure, x, kwargs))
        total = None
        for mask in masks:
            part = mask * product(mask, *args, **kwargs)
            total = part if total is None else total + part
        return xp.zeros_like(x) if total is None else total

    return diagonal


def _refuse(unknown: dict[str, object]) -> None:
    """Refuse unknown options; `coupled` is the former name of `structure`."""
    for name in unknown:
        if name == "coupled":
            hint = 'it is `structure` now: "diagonal" in place of None, "dense" in place of "all", or an axis'
        else:
            close = closest(name, ("argnums", "structure"))
            hint = f"did you mean `{close}`?" if close else "it takes argnums, structure"
        raise ArgumentError(f"hessian_diagonal: unknown option `{name}`; {hint}")


def _structure_of(f: object, structure: Structure, x: Array, kwargs: dict[str, Any]) -> Any:
    """The structure of the Hessian: "diagonal", an axis, or "dense"."""
    is_axis = isinstance(structure, int) and not isinstance(structure, bool) and -x.ndim <= structure < x.ndim
    is_name = isinstance(structure, str) and structure in ("auto", "diagonal", "dense")
    if not (is_axis or is_name):
        expected = f'be "auto", "diagonal", "dense" or an axis of an array of shape {tuple(x.shape)}'
        fail(OptionError, "hessian_diagonal", "structure", expected, describe(structure))
    if structure != "auto":
        return structure
    family = getattr(getattr(f, "function", f), "family", None)
    if family is None:
        return "dense"
    options = {**family.signature.defaults, **getattr(f, "options", {}), **kwargs}
    return family.structure(options, x.ndim)


def _directions(x: Array, structure: str | int) -> Iterator[Array]:
    """Masks of 0 and 1, of elements that do not depend on each other."""
    backend = backend_of(x)
    xp = backend.xp
    if structure == "diagonal":
        yield xp.ones_like(x)
        return
    along = structure if isinstance(structure, int) else None
    size = prod(x.shape) if along is None else x.shape[along]
    index = backend.arange(size, x)
    shape = [1] * x.ndim
    if along is not None:
        shape[along] = size
    for i in range(size):
        hit = xp.astype(index == i, x.dtype)
        hit = xp.reshape(hit, tuple(x.shape) if along is None else tuple(shape))
        yield hit * xp.ones_like(x)


def _lifted(vector: Array, g: Array) -> Array:
    """The vector in the library of `g`, which may be traced."""
    backend = backend_of(g)
    adopted = backend.lift(vector, backend_of(vector))
    return vector if adopted is None else adopted
