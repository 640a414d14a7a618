"""`grad` and `value_and_grad` of any function of arrays, on every library."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..backends import backend_of
from ..backends.base import Backend
from ..typing import ArrayLike
from .arguments import Argnums, check_arguments, check_scalar, checked_argnums, name_of
from .trace_level import NewTrace


def grad(f: Callable[..., ArrayLike], argnums: Argnums = 0) -> Callable[..., Any]:
    """The gradient of a function that returns a 0-d array.

    .. versionadded:: 0.1

    Parameters
    ----------
    f : callable
        A loss function, a loss object, a composition, or any function written in the Array API.
    argnums : int or tuple of ints, default 0
        The positional arguments to differentiate.

    Returns
    -------
    callable
        Takes what `f` takes and returns the gradient, or a tuple of them for a tuple of `argnums`, in the library,
        dtype and device of the argument.

    Raises
    ------
    ShapeError
        `f` returns more than one number.
    DTypeError
        An argument to differentiate holds no floating-point numbers.
    MissingRuleError
        `f` uses a function whose derivative the tape does not know.

    See Also
    --------
    value_and_grad : the value too, at no cost.

    Notes
    -----
    torch and JAX arrays go through the library's own autodiff (`torch.func`, `jax.value_and_grad`), all others through
    a tape. Gradients of gradients work, also where a function captures what an outer one traces. In a function of your
    own, use the namespace of its argument, ``x.__array_namespace__()``, or NumPy's functions on NumPy arrays; an array
    of a library that refuses foreign operands (array-api-strict) goes to the right of a traced one.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.grad(al.mse_loss)(np.array([1.0, 3.0]), [0.0, 0.0]).tolist()
    [1.0, 3.0]
    """
    both = value_and_grad(f, argnums)

    @wraps(f, updated=())
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def value_and_grad(f: Callable[..., ArrayLike], argnums: Argnums = 0) -> Callable[..., Any]:
    """The value and the gradient of a function that returns a 0-d array.

    .. versionadded:: 0.1

    Parameters
    ----------
    f : callable
        A loss function, a loss object, a composition, or any function written in the Array API.
    argnums : int or tuple of ints, default 0
        The positional arguments to differentiate.

    Returns
    -------
    callable
        Takes what `f` takes and returns (value, gradient), the gradient a tuple for a tuple of `argnums`.

    Raises
    ------
    ShapeError, DTypeError, MissingRuleError
        As `grad`.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> value, gradient = al.value_and_grad(al.cross_entropy)(np.array([[1.0, 1.0]]), [0])
    >>> round(float(value), 6), gradient.tolist()
    (0.693147, [[-0.5, 0.5]])
    """
    name = name_of(f)
    places = checked_argnums(argnums)

    @wraps(f, updated=())
    def both(*args: Any, **kwargs: Any) -> Any:
        backend = check_arguments(name, args, places)

        def scalar(*given: object) -> Any:
            return check_scalar(name, f(*given, **kwargs))

        value, gradients = (backend.value_and_grad or _tape_value_and_grad)(scalar, args, places)
        return value, gradients if isinstance(argnums, tuple) else gradients[0]

    return both


def _tape_value_and_grad(f: Callable[..., ArrayLike], args: tuple[Any, ...], places: tuple[int, ...]) -> Any:
    """The value and the gradients by the tape, on arrays traced one level deeper than any around this call."""
    with NewTrace() as depth:
        return _evaluate(f, args, places, depth)


def _evaluate(f: Callable[..., ArrayLike], args: tuple[Any, ...], places: tuple[int, ...], depth: int) -> Any:
    from .tape import pull_back  # the tape is loaded when a gradient needs it first
    from .tape_backend import tape_of

    backend = _highest(args)
    while backend.level < depth:
        backend = tape_of(backend)
    tape = tape_of(backend)
    traced: list[Any] = list(args)
    for place in places:
        traced[place] = tape.cls(backend.lift(args[place], backend_of(args[place])), active=True)

    def run(*_: object) -> Any:
        output = f(*traced)
        inputs = tuple(traced[place] for place in places)
        if not isinstance(output, tape.cls):
            return output, tuple(backend.xp.zeros_like(each.value) for each in inputs)
        found = pull_back(output, backend.xp.ones_like(output.value), inputs) if output.active else [None] * len(inputs)
        return output.value, tuple(
            backend.xp.zeros_like(each.value) if g is None else alone(backend.cast(g, each.dtype), each.value)
            for each, g in zip(inputs, found, strict=True)
        )

    def alone(g: Any, x: Any) -> Any:
        """The gradient as an array that shares its memory with nothing; large ones are not copied without need."""
        single = len(places) == 1 and g.ndim > 0
        return g if single and g is not x and backend.owns_memory(g) else backend.copy(g)

    return backend.run(run, (args[places[0]],))


def _highest(args: tuple[Any, ...]) -> Backend:
    """The adapter of the most deeply traced array among the arguments."""
    found = [backend_of(each) for each in args if hasattr(each, "dtype") and hasattr(each, "shape")]
    return max(found, key=lambda backend: backend.level)
