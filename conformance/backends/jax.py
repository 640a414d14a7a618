"""JAX: one operation at a time, and under jit; on the CPU and on a GPU."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .base import Backend, BackendUnavailable, Options

jax.config.update("jax_enable_x64", True)  # the suite runs in float64 too


class Jax(Backend):
    name = "jax:cpu"
    types = (jax.Array,)
    engine = "jax.grad"
    validates_values = True
    halves = ("float16", "bfloat16")
    expensive = True
    flushes_subnormals = True
    covered: frozenset[str] = frozenset({"hyperparameters", "second_order", "subgradients"})  # by jax:jit
    platform = "cpu"

    def __init__(self) -> None:
        try:
            self.place = jax.devices(self.platform)[0]
        except RuntimeError as error:
            raise BackendUnavailable(f"{self.name}: {error}") from None
        if self.platform != "cpu":
            self.device = f"{self.place.platform}:{self.place.id} {self.place.device_kind}"

    @property
    def version(self) -> str:
        return jax.__version__

    def forget(self) -> None:
        super().forget()
        differentiated.cache_clear()
        jax.clear_caches()

    def array(self, value: np.ndarray) -> Any:
        return jax.device_put(value, self.place)

    def numpy(self, array: Any) -> np.ndarray:
        return np.asarray(array)

    def misplaced(self, array: Any) -> str:
        wrong = super().misplaced(array)
        return wrong or ("" if array.devices() == {self.place} else f"on {array.devices()}")

    def gradients(
        self, f: Callable[..., Any], arrays: tuple[Any, ...], options: Options, places: tuple[int, ...]
    ) -> Any:
        return jax.value_and_grad(lambda *each: f(*each, **options), places)(*arrays)

    def values_and_gradients(
        self, f: Callable[..., Any], name: str, arrays: tuple[Any, ...], options: Options, places: tuple[int, ...]
    ) -> Any:
        return self.call(differentiated(f, name, places), arrays, options)


@lru_cache(maxsize=1)
def differentiated(f: Callable[..., Any], name: str, places: tuple[int, ...]) -> Callable[..., Any]:
    """A function with its values and the gradients of one of them; the same one for the same function."""

    def both(*arrays: Any, **options: Any) -> Any:
        def one(*arrays: Any) -> Any:
            values = f(*arrays, **options)
            return values[name], values

        (_, values), gradients = jax.value_and_grad(one, places, has_aux=True)(*arrays)
        return values, gradients

    return both


class Jitted(Jax):
    """Arrays traced, options static."""

    name = "jax:jit"
    validates_values = False
    covered = frozenset()
    func = jax
    last: tuple[Any, ...] = (None,)
    """The last function, its options, and what it was compiled to."""

    def call(self, f: Callable[..., Any], arrays: tuple[Any, ...], options: Options) -> Any:
        traced = {key: each for key, each in options.items() if isinstance(each, jax.Array)}
        fixed = {key: each for key, each in options.items() if key not in traced}
        lists = [each if isinstance(each, list) else None for each in arrays]  # which JAX would take apart
        if self.last[0] is not f or self.last[1] is not options:

            def call(arrays: tuple[Any, ...], traced: Options) -> Any:
                given = [each if array is None else array for array, each in zip(arrays, lists, strict=True)]
                return f(*given, **fixed, **traced)

            self.last = f, options, jax.jit(call)
        return self.last[-1](tuple(None if isinstance(each, list) else each for each in arrays), traced)

    def forget(self) -> None:
        self.last = (None,)
        super().forget()

    def gradients(
        self, f: Callable[..., Any], arrays: tuple[Any, ...], options: Options, places: tuple[int, ...]
    ) -> Any:
        def both(*arrays: Any, **options: Any) -> Any:
            return jax.value_and_grad(lambda *each: f(*each, **options), places)(*arrays)

        return self.call(both, arrays, options)

    def second(self, f: Any, vector: Any, arrays: tuple[Any, ...], options: Options, place: int) -> Any:
        product = super().second
        return self.call(lambda v, *each, **given: product(f, v, each, given, place), (vector, *arrays), options)


class Gpu(Jitted):
    name = "jax:gpu"
    platform = "gpu"
    flushes_subnormals = False

    def array(self, value: np.ndarray) -> Any:
        return jnp.asarray(value, device=self.place)
