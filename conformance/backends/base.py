"""What a backend of the suite can do. Every method has a default, right for an eager library with our tape."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property, partial
from typing import Any

import numpy as np

import array_losses as al

Array = Any
Options = dict[str, Any]


class BackendUnavailable(Exception):  # noqa: N818, no error of ours
    """A backend whose library or device is not on this machine; the text says which."""


class Backend:
    """One way to hold arrays and to evaluate a loss on them."""

    name: str
    types: tuple[type, ...]
    """Of its arrays."""
    engine = "tape"
    """What differentiates here: "tape", "torch.autograd" or "jax.grad"."""
    validates_values = False
    """Whether values lie in host memory: there a bad one is an error, elsewhere it is NaN."""
    halves: tuple[str, ...] = ()
    """The half precisions it holds."""
    dtypes: tuple[str, ...] = ("float32", "float64")
    expensive = False
    """Whether an evaluation takes long, as each is compiled or a graph: `--quick` takes one sample only."""
    covered: frozenset[str] = frozenset()
    """Checks that `--quick` leaves out here, as another backend tries them with the same functions."""
    portable = False
    """Whether it evaluates the functions that NumPy does: `--quick` takes the samples that show something new."""
    in_blocks = False
    """Whether this is another backend, in blocks of a few elements."""
    flushes_subnormals = False
    """Whether subnormal numbers are taken as 0 (XLA on the CPU)."""
    device = "cpu"
    func: Any = None
    """The library's own `vmap`, `grad` and `jvp`, where it has them."""
    scope: Callable[[], AbstractContextManager[Any]] = nullcontext
    """Entered around every evaluation."""

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """Results that several checks share."""
        return {}

    @property
    def widest(self) -> str:
        """The precision in which derivatives are held against difference quotients."""
        return max(self.dtypes)

    @property
    def version(self) -> str:
        """Of the library."""
        raise NotImplementedError

    # --- arrays -----------------------------------------------------------------------------------------------------

    def array(self, value: np.ndarray) -> Array:
        """A NumPy array as one of this backend, of the same dtype."""
        raise NotImplementedError

    def numpy(self, array: Array) -> np.ndarray:
        """The other way."""
        raise NotImplementedError

    def dtype(self, array: Array) -> str:
        """The name of an array's dtype, as NumPy has it."""
        return str(array.dtype).rpartition(".")[2]

    def misplaced(self, array: Array) -> str:
        """What is wrong with an array that should be one of this backend's; empty if nothing is."""
        return "" if isinstance(array, self.types) else f"a {type(array).__module__}.{type(array).__qualname__}"

    def move(self, value: Any, dtype: str = "float64") -> Any:
        """NumPy arrays, in tuples and dicts too, as arrays of this backend; floating ones in a precision."""
        if isinstance(value, dict):
            return {key: self.move(each, dtype) for key, each in value.items()}
        if isinstance(value, tuple):
            return tuple(self.move(each, dtype) for each in value)
        return self.array(cast(value, dtype)) if isinstance(value, np.ndarray) else value

    # --- evaluation -------------------------------------------------------------------------------------------------

    def call(self, f: Callable[..., Any], arrays: tuple[Array, ...], options: Options) -> Any:
        """Evaluate a function as this backend evaluates: eagerly, compiled, ..."""
        with self.scope():
            return f(*arrays, **options)

    def gradients(
        self, f: Callable[..., Array], arrays: tuple[Array, ...], options: Options, places: tuple[int, ...]
    ) -> tuple[Array, tuple[Array, ...]]:
        """The value of a function that returns a 0-d array, and its gradients by the arrays at `places`."""
        with self.scope():
            return al.value_and_grad(f, places)(*arrays, **options)

    def values_and_gradients(
        self,
        f: Callable[..., dict[str, Any]],
        name: str,
        arrays: tuple[Array, ...],
        options: Options,
        places: tuple[int, ...],
    ) -> tuple[dict[str, Array], tuple[Array, ...]]:
        """All that a function gives by name, and the gradients of one of them: one program where each is compiled."""

        def one(*arrays: Array, **options: Any) -> Array:
            return f(*arrays, **options)[name]

        return self.call(f, arrays, options), tuple(self.gradients(one, arrays, options, places)[1])

    def second(
        self, f: Callable[..., Array], vector: Array, arrays: tuple[Array, ...], options: Options, place: int
    ) -> Array:
        """The product of the Hessian, with respect to the array at `place`, with a vector."""
        with self.scope():
            return al.hvp(f, place)(vector, *arrays, **options)

    def forget(self) -> None:
        """Give back what the library has compiled, and what is kept of it."""
        self.kept.clear()


small_blocks = partial(al.block_sizes, block=3, parallel=3, threads=1)
"""Blocks of three elements; in one thread, as starting others takes longer than all the rest."""


def cast(array: Any, dtype: str) -> Any:
    """Floating NumPy arrays in another precision, everything else as it is."""
    if not isinstance(array, np.ndarray) or (array.dtype.kind != "f" and array.dtype.name != "bfloat16"):
        return array  # bfloat16 is of the kind "V"
    with np.errstate(over="ignore"):  # an extreme of float64 may be inf in float32
        return array.astype(numpy_dtype(dtype))


def numpy_dtype(name: str) -> np.dtype:
    """A dtype by name, that of bfloat16 from `ml_dtypes`."""
    if name != "bfloat16":
        return np.dtype(name)
    import ml_dtypes

    return np.dtype(ml_dtypes.bfloat16)
