"""How a sum over positions is made: whole, in blocks, in chunks; where it pays with its gradient in the same pass."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ..autodiff.tape_backend import TapeBackend
from ..backends import backend_of
from ..backends.base import Backend
from .blockwise import Executor
from .kernel import Kernel
from .plain_loss import PlainLoss

MADE: dict[str, Executor] = {}
"""A cache: the key of an adapter -> its executor. Text keys, since torch.compile guards on them."""


def executor_of(backend: Backend) -> Executor:
    """The executor of an adapter, made once."""
    made = MADE.get(backend.key)
    return made if made is not None else MADE.setdefault(backend.key, make_executor(backend))


def make_executor(backend: Backend) -> Executor:
    """The executor of an adapter."""
    if isinstance(backend, TapeBackend):
        from .traced import TracedExecutor

        return TracedExecutor(backend, executor_of(backend.inner))
    return MAKERS.get(backend.key, Executor)(backend)


def numpy_executor(backend: Backend) -> Executor:
    """The executor of NumPy."""
    from .numpy import NumPyExecutor

    return NumPyExecutor(backend)


def torch_executor(backend: Backend) -> Executor:
    """The executor of torch."""
    from .torch.executor import TorchExecutor

    return TorchExecutor(backend)


def jax_executor(backend: Backend) -> Executor:
    """The executor of JAX."""
    from .jax import JaxExecutor

    return JaxExecutor(backend)


MAKERS: dict[str, Callable[[Backend], Executor]] = {
    "numpy": numpy_executor,
    "torch": torch_executor,
    "jax": jax_executor,
}
"""Library -> what makes its executor, by import statements, which torch.compile can trace; every other has that of any
library."""


def evaluate(backend: Backend, kernel: Kernel) -> Any:
    """The result of a kernel, as its library makes it."""
    return executor_of(backend).evaluate(kernel)


def delegate(loss: PlainLoss, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The value of a short call by its library's own means; None where there are none that are right and pay."""
    try:
        backend = backend_of(args[0])
    except TypeError:
        return None
    return executor_of(backend).delegate(loss, args, kwargs)


if sys.modules.get("torch"):  # else with its first tensor; what is imported while torch.compile traces can disturb it
    from ..backends.torch.backend import BACKEND

    executor_of(BACKEND)
