"""`compile`: a loss compiled by the library whose array arrives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .backends import backend_of
from .backends.base import Backend
from .composable import refuse_keras
from .errors import NamespaceError, describe, fail


class Compiled:
    """A loss that each library compiles when its first array comes, and keeps."""

    __slots__ = ("__weakref__", "_made", "loss")

    def __init__(self, loss: Callable[..., Any]) -> None:
        self.loss = loss
        self._made: dict[str, Callable[..., Any]] = {}

    def __call__(self, *arrays: Any, **options: Any) -> Any:
        """The loss of these arrays, by `torch.compile` for torch, `jax.jit` for JAX, as it is elsewhere."""
        backend = backend_of_arguments((*arrays, *options.values()))
        if backend is None:
            return self.loss(*arrays, **options)
        made = self._made.get(backend.name)
        if made is None:
            made = self._made[backend.name] = backend.compile(self.loss)
        return made(*arrays, **options)

    def __getattr__(self, name: str) -> Any:
        refuse_keras(self.loss, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"compile({getattr(self.loss, '__name__', None) or repr(self.loss)})"

    def __reduce__(self) -> Any:
        return compile, (self.loss,)


def backend_of_arguments(values: tuple[object, ...]) -> Backend | None:
    """The adapter of the first array that is not NumPy's, else NumPy's; None without an array."""
    found = None
    for each in values:
        if not hasattr(each, "dtype"):
            continue
        found = backend_of(each)
        if found.name != "numpy":
            break
    return found


def compile(loss: Callable[..., object]) -> Compiled:
    """A loss compiled by the library whose array arrives: `torch.compile`, `jax.jit`; NumPy as it is.

    .. versionadded:: 0.1

    Parameters
    ----------
    loss : callable
        A loss function, a loss object, a composition, or any function of arrays.

    Returns
    -------
    callable
        Takes what `loss` takes. What a library has compiled is kept in it, and used again.

    Raises
    ------
    NamespaceError
        `loss` is not callable.

    Notes
    -----
    Shapes, dtypes and options are checked as without. Values are not looked at in compiled code: a bad label is NaN
    for that element, as everywhere where looking is not free. On torch the arguments and what is the user's are
    guarded, not this package's objects: who replaces one of those compiles anew. CuPy arrays are evaluated as they are.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> loss = al.compile(0.5 * al.MSELoss() + al.L1Loss())
    >>> loss
    compile(0.5 * MSELoss() + 1 * L1Loss())
    >>> float(loss(np.array([1.0, 2.0]), [0.0, 4.0]))
    2.75
    """
    if isinstance(loss, Compiled):
        return loss
    if not callable(loss):
        fail(NamespaceError, "compile", "loss", "be callable", describe(loss))
    return Compiled(loss)
