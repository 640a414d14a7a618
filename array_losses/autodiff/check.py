"""Hold a gradient against difference quotients."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from ..backends import backend_of
from ..backends.polyfill import dtype_name
from ..errors import DTypeError, GradientError, fail
from ..options import Integer
from ..typing import Array, ArrayLike
from .api import value_and_grad
from .arguments import check_argument, name_of


def check_gradient(
    f: Callable[..., ArrayLike],
    *args: Any,
    argnums: int = 0,
    order: int = 2,
    rtol: float = 1e-5,
    seed: int = 0,
    **kwargs: object,
) -> None:
    """Compare the gradient of a function with central differences in random directions.

    .. versionadded:: 0.1

    Parameters
    ----------
    f : callable
        As for `grad`.
    *args, **kwargs
        What `f` takes; in float64, as difference quotients need it.
    argnums : int, default 0
        The positional argument to differentiate.
    order : int, default 2
        How many derivatives to check: the gradient, and the gradient of its product with a random vector.
    rtol : float, default 1e-5
        The relative difference that is let pass.
    seed : int, default 0
        Of the directions.

    Raises
    ------
    GradientError
        The gradient is wrong, or the point lies on a kink.
    DTypeError
        The argument is not float64.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.check_gradient(al.cross_entropy, np.array([[0.3, -0.2]]), [1])
    """
    Integer().check("check_gradient", "order", order)
    check_argument(name_of(f), args, argnums)
    if dtype_name(args[argnums].dtype) != "float64":
        expected = "be float64, as difference quotients need it"
        fail(DTypeError, "check_gradient", f"argument {argnums}", expected, str(args[argnums].dtype))
    from random import Random

    random = Random(seed)

    def direction() -> Array:
        x = args[argnums]
        backend = backend_of(x)
        values = [random.gauss(0.0, 1.0) for _ in range(prod(x.shape))]
        return backend.xp.reshape(backend.from_host(values, x, x.dtype), tuple(x.shape))

    def call(*given: object) -> ArrayLike:
        return f(*given, **kwargs)

    _compare(call, args, argnums, order, rtol, direction, name_of(f), 1)


def _compare(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    place: int,
    order: int,
    rtol: float,
    direction: Callable[[], Array],
    name: str,
    level: int,
) -> None:
    x, v = args[place], direction()
    xp, step = backend_of(x).xp, 1e-5 if level == 1 else 1e-4

    def at(shift: float) -> float:
        return float(f(*args[:place], x + shift * v, *args[place + 1 :]))

    slope = float(xp.sum(value_and_grad(f, place)(*args)[1] * v))
    # the five-point central difference: its error falls with the fourth power of the step
    quotient = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
    if not abs(slope - quotient) <= rtol * max(abs(slope), abs(quotient), 1e-3):
        raise GradientError(
            f"{name}: derivative {level} is {slope:.10g}, but the difference quotient is {quotient:.10g}"
        )
    if order > level:
        w = direction()

        def sloped(*given: object) -> Array:
            gradient = value_and_grad(f, place)(*given)[1]
            backend = backend_of(gradient)
            return backend.xp.sum(gradient * backend.lift(w, backend_of(w)))

        _compare(sloped, args, place, order, rtol, direction, name, level + 1)
