"""The libraries: how arrays of each form get in, and how a call and its gradient are evaluated.

The backends are those of the conformance suite, among them those with blocks of a few elements.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from conformance.backends import backend

from .call import RandomCall
from .draws.numbers import FLOATS, rounded


class Differs(AssertionError):  # noqa: N818, no error of ours
    """A result that differs; the text says in what."""


HOST = ("host", "list", "big-endian")


class Library:
    """A backend of the suite, and the dtypes it holds."""

    def __init__(self, name: str) -> None:
        self.name, self.backend = name, backend(name)
        self.floats = tuple(n for n in FLOATS if n in (*self.backend.dtypes, *self.backend.halves))
        self.strict = name.startswith("array_api_strict")

    def fit(self, call: RandomCall) -> RandomCall:
        """The call, with dtypes that this library can mix."""
        if not self.strict:
            return call
        dtype = call.dtype.name
        return replace(call, arrays={name: self._fitted(each, dtype) for name, each in call.arrays.items()})

    def _fitted(self, array: np.ndarray, dtype: str) -> np.ndarray:
        if array.dtype.kind == "f" or array.dtype.name == "bfloat16":
            return rounded(array, dtype)
        if array.dtype.kind in "iu" and dtype == "float32" and array.dtype.itemsize == 8:
            with np.errstate(all="ignore"):
                return array.astype(np.int32)  # its device knows no 64-bit types
        return array

    def form(self, call: RandomCall, name: str) -> str:
        """How an array is given, where this library can take it so."""
        form, array = call.forms.get(name, "array"), call.arrays[name]
        if form in HOST and (name == call.first or name in call.wanted):
            return "array"
        if form == "list" and not array.size:
            return "host"
        return "host" if form == "big-endian" and array.dtype.name == "bfloat16" else form

    def given(self, call: RandomCall) -> tuple[dict[str, Any], dict[str, Any]]:
        """The arrays of this library, and those of the host."""
        inside, outside = {}, {}
        for name, array in call.arrays.items():
            form = self.form(call, name)
            if form in HOST:
                outside[name] = on_host(array, form)
            else:
                inside[name] = self.laid_out(self.array(array, call), array, form)
        return inside, outside

    def array(self, array: np.ndarray, call: RandomCall) -> Any:
        return self.backend.move(array, call.dtype.name) if self.strict else self.backend.array(array)

    def laid_out(self, made: Any, array: np.ndarray, form: str) -> Any:
        """The same values, lying in memory otherwise."""
        if form == "array" or not array.ndim or not array.size:
            return made
        if isinstance(made, np.ndarray):
            return lay_out_numpy(array, form)
        if isinstance(made, torch.Tensor) and form in ("strided", "reversed"):
            return torch.stack([made, torch.zeros_like(made)], -1)[..., 0]
        if isinstance(made, torch.Tensor) and form == "fortran":
            return made.permute(*reversed(range(made.ndim))).contiguous().permute(*reversed(range(made.ndim)))
        return made

    def value(self, call: RandomCall) -> Any:
        """The result of a call."""
        inside, outside = self.given(call)
        names = tuple(inside)

        def result(*arrays: Any) -> Any:
            return call({**dict(zip(names, arrays, strict=True)), **outside})

        found = self.backend.call(result, tuple(inside.values()), {})
        for name in names:
            if not np.array_equal(self.numpy(inside[name]), call.arrays[name].astype(np.float64), equal_nan=True):
                raise Differs(f"the call wrote to {name}")
        return found

    def gradients(self, call: RandomCall, factors: np.ndarray) -> tuple[Any, dict[str, Any]]:
        """The result, multiplied by factors and summed up if it is unreduced, and its gradients by name."""
        inside, outside = self.given(call)
        names = tuple(inside)
        wanted = tuple(name for name in names if name in call.wanted)
        wide = "float64" if call.dtype.name == "float64" else "float32"
        multiplied = self.array(factors.astype(wide), replace(call, arrays={call.first: factors.astype(wide)}))

        def result(*arrays: Any) -> Any:
            found = call({**dict(zip(names, arrays, strict=True)), **outside})
            return dot(found, multiplied) if call.plain_reduction == "none" else found

        places, arrays = tuple(names.index(name) for name in wanted), tuple(inside.values())
        if isinstance(arrays[0], torch.Tensor):
            value, found = torch_gradients(self.backend.call, result, arrays, places)
        else:
            value, found = self.backend.gradients(result, arrays, {}, places)
        return value, dict(zip(wanted, found, strict=True))

    def numpy(self, array: Any) -> np.ndarray:
        """In float64."""
        return np.asarray(self.backend.numpy(array)).astype(np.float64)


def dot(loss: Any, factors: Any) -> Any:
    product = loss * factors
    if hasattr(product, "__array_namespace__"):
        return product.__array_namespace__().sum(product)
    return product.sum()


def torch_gradients(evaluate: Callable[..., Any], f: Any, arrays: tuple[Any, ...], places: tuple[int, ...]) -> Any:
    """By `backward`, of leaves that lie in memory as they were given."""
    leaves = [each.detach().requires_grad_() if i in places else each for i, each in enumerate(arrays)]
    value = evaluate(f, tuple(leaves), {})
    if not all(leaves[place].requires_grad for place in places):
        raise Differs("the call made an argument a constant")
    if value.requires_grad:
        value.backward()
    found = [leaves[place].grad for place in places]
    return value.detach(), [torch.zeros_like(leaves[i]) if g is None else g for i, g in zip(places, found, strict=True)]


def on_host(array: np.ndarray, form: str) -> Any:
    if form == "list":
        return (array.astype(np.float64) if array.dtype.name == "bfloat16" else array).tolist()
    return array.astype(array.dtype.newbyteorder(">")) if form == "big-endian" else array


def lay_out_numpy(array: np.ndarray, form: str) -> np.ndarray:
    if form == "strided":
        return np.stack([array, np.zeros_like(array)], axis=-1)[..., 0]
    if form == "reversed":
        return np.array(np.flip(array))[(slice(None, None, -1),) * array.ndim]
    if form == "fortran":
        return np.asfortranarray(array)
    array = np.array(array)
    array.flags.writeable = form != "read-only"
    return array
