"""`grad` and `value_and_grad` of any function of arrays, on every library."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, overload

from ..backends import backend_of
from ..backends.base import Backend
from ..options import Switch
from ..typing import ArrayLike
from .arguments import Argnums, check_pair, check_scalar, check_trees, checked_argnums, name_of
from .trace_level import NewTrace
from .trees import flattened, leaves, rebuilt


@overload
def grad(f: Callable[..., ArrayLike], argnums: Argnums = 0, *, has_aux: Literal[False] = ...) -> Callable[..., Any]: ...
@overload
def grad(f: Callable[..., tuple[ArrayLike, Any]], argnums: Argnums = 0, *, has_aux: bool) -> Callable[..., Any]: ...
def grad(f: Callable[..., Any], argnums: Argnums = 0, *, has_aux: bool = False) -> Callable[..., Any]:
    """The gradient of a function that returns a 0-d array.

    .. versionadded:: 0.1

    Parameters
    ----------
    f : callable
        A loss function, a loss object, a composition, or any function written in the Array API.
    argnums : int or tuple of ints, default 0
        The positional arguments to differentiate: arrays, or dicts, lists and tuples of arrays of one library, nested
        as you like, in which None holds nothing.
    has_aux : bool, default False
        Whether `f` returns a pair, the number to differentiate and anything else, such as predictions.

    Returns
    -------
    callable
        Takes what `f` takes and returns the gradient, or a tuple of them for a tuple of `argnums`, in the library,
        dtype and device of the argument; of a dict a dict, and so on. With `has_aux` a pair, the gradient and what
        else `f` returned.

    Raises
    ------
    ShapeError
        `f` returns more than one number.
    DTypeError
        An argument to differentiate holds no floating-point numbers.
    NamespaceError
        An argument to differentiate holds something else than arrays, or arrays of two libraries.
    ArgumentError
        `f` returns no pair, with `has_aux`; an argument to differentiate is not given by position.
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
    >>> def loss(model, x, y):
    ...     return al.mse_loss(x @ model["w"] + model["b"], y)
    >>> model = {"w": np.array([1.0, 2.0]), "b": np.array(0.5)}
    >>> al.grad(loss)(model, np.array([[1.0, 0.0]]), [0.0])
    {'w': array([3., 0.]), 'b': array(3.)}
    """
    both = value_and_grad(f, argnums, has_aux=has_aux)

    @wraps(f, updated=())
    def gradient(*args: Any, **kwargs: Any) -> Any:
        result, gradients = both(*args, **kwargs)
        return (gradients, result[1]) if has_aux else gradients

    return gradient


@overload
def value_and_grad(
    f: Callable[..., ArrayLike], argnums: Argnums = 0, *, has_aux: Literal[False] = ...
) -> Callable[..., Any]: ...
@overload
def value_and_grad(
    f: Callable[..., tuple[ArrayLike, Any]], argnums: Argnums = 0, *, has_aux: bool
) -> Callable[..., Any]: ...
def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0, *, has_aux: bool = False) -> Callable[..., Any]:
    """The value and the gradient of a function that returns a 0-d array.

    .. versionadded:: 0.1

    Parameters
    ----------
    f : callable
        A loss function, a loss object, a composition, or any function written in the Array API.
    argnums, has_aux
        As for `grad`.

    Returns
    -------
    callable
        Takes what `f` takes and returns (value, gradient), the gradient a tuple for a tuple of `argnums`; with
        `has_aux` ((value, aux), gradient).

    Raises
    ------
    ShapeError, DTypeError, NamespaceError, ArgumentError, MissingRuleError
        As `grad`.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> value, gradient = al.value_and_grad(al.cross_entropy)(np.array([[1.0, 1.0]]), [0])
    >>> round(float(value), 6), gradient.tolist()
    (0.693147, [[-0.5, 0.5]])
    >>> def loss(w, x, y):
    ...     logits = x @ w
    ...     return al.cross_entropy(logits, y), logits
    >>> both = al.value_and_grad(loss, has_aux=True)
    >>> (value, logits), gradient = both(np.zeros((3, 2)), np.ones((4, 3)), [0, 0, 1, 1])
    >>> logits.shape, gradient.shape
    ((4, 2), (3, 2))
    """
    name = name_of(f)
    places = checked_argnums(argnums)
    Switch().check("value_and_grad", "has_aux", has_aux)
    check = check_pair if has_aux else check_scalar

    @wraps(f, updated=())
    def both(*args: Any, **kwargs: Any) -> Any:
        backend = check_trees(name, args, places)
        flat, spans = flattened(args, places)

        def scalar(*given: Any) -> Any:
            own = [rebuilt(args[i], iter(given[span])) if i in places else given[span][0] for i, span in spans.items()]
            return check(name, f(*own, **kwargs))

        where = tuple([i for place in places for i in range(len(flat))[spans[place]]])
        result, gradients = (backend.value_and_grad or _tape_value_and_grad)(scalar, flat, where, has_aux)
        values = iter(gradients)
        trees = tuple([rebuilt(args[place], values) for place in places])
        return result, trees if isinstance(argnums, tuple) else trees[0]

    return both


def _tape_value_and_grad(f: Callable[..., Any], args: tuple[Any, ...], places: tuple[int, ...], has_aux: bool) -> Any:
    """The result and the gradients by the tape, on arrays traced one level deeper than any around this call."""
    with NewTrace() as depth:
        return _evaluate(f, args, places, has_aux, depth)


def _evaluate(f: Callable[..., Any], args: tuple[Any, ...], places: tuple[int, ...], has_aux: bool, depth: int) -> Any:
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
        result = f(*traced)
        output = result[0] if has_aux else result
        inputs = tuple(traced[place] for place in places)
        result = rebuilt(
            result, iter([each.value if isinstance(each, tape.cls) else each for _, each in leaves(result)])
        )
        if not isinstance(output, tape.cls):
            return result, tuple(backend.xp.zeros_like(each.value) for each in inputs)
        found = pull_back(output, backend.xp.ones_like(output.value), inputs) if output.active else [None] * len(inputs)
        return result, tuple(
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
