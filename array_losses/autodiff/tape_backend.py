"""The adapter of a wrapped library, which lets every formula run on traced arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..backends import BY_MODULE, backend_of
from ..backends.base import Backend
from ..backends.numeric import Numeric
from ..typing import Device, DType
from .primitives import TracedNamespace, primitive, rule_of
from .tape import Traced


class TapeBackend(Backend):
    """The adapter of traced arrays: that of the wrapped library, through one class of traced arrays."""

    def __init__(self, inner: Backend) -> None:
        self.inner, self.level = inner, inner.level + 1
        self.name, self.noun, self.conversion, self.kinds = inner.name, inner.noun, inner.conversion, inner.kinds
        module = f"{Traced.__module__}.{inner.key}.{self.level}"
        names = {"__slots__": (), "__module__": module, "tape_level": self.level}
        self.cls: type[Traced] = type("Traced", (Traced,), names)
        self.xp = TracedNamespace(inner, self.cls)
        self.cls.xp = self.xp
        self.types = (self.cls,)
        self.native = {"stop_gradient": self.xp.stop_gradient}
        self.forms: dict[Numeric, Callable[..., Any]] = {}
        self.module = self.key = module

    def form(self, numeric: Numeric) -> Callable[..., Any]:
        if numeric.derivative is None:
            return super().form(numeric)
        made = self.forms.get(numeric)
        if made is None:
            made = self.forms[numeric] = primitive(
                numeric.name,
                lambda *args: self.inner.form(numeric)(*args),
                rule_of(numeric),
                self.inner.xp,
                self.cls,
                lambda x: backend_of(x).form(numeric),
            )
        return made

    def kind(self, dtype: DType) -> str:
        return self.inner.kind(dtype)

    def compute_dtype(self, dtype: DType) -> DType:
        return self.inner.compute_dtype(dtype)

    def default_float(self) -> DType:
        return self.inner.default_float()

    def cast(self, array: Traced, dtype: DType) -> Any:
        return array if array.dtype == dtype else self.xp.astype(array, dtype)

    def as_ids(self, ids: Traced) -> Any:
        return self.cls(self.inner.as_ids(ids.value))

    def device(self, array: Traced) -> Device:
        return self.inner.device(array.value)

    def from_host(self, value: Any, like: Traced, dtype: DType = None) -> Any:
        return self.cls(self.inner.from_host(value, like.value, dtype))

    def arange(self, count: int, like: Traced) -> Any:
        return self.cls(self.inner.arange(count, like.value))

    def concrete_or_none(self, array: Traced) -> Any:
        return self.inner.concrete_or_none(array.value)

    def lift(self, array: Any, backend: Backend) -> Any:
        if backend is self:
            return array
        adopted = self.inner.lift(array, backend)
        return None if adopted is None else self.cls(adopted)

    def copy(self, array: Traced) -> Any:
        return array  # a traced array cannot be written to


TAPES: dict[int, TapeBackend] = {}
"""A cache: one wrapping of each library."""


def tape_of(inner: Backend) -> TapeBackend:
    """The wrapping of a library, made once."""
    tape = TAPES.get(id(inner))
    if tape is None:
        tape = TAPES.setdefault(id(inner), TapeBackend(inner))  # of two threads, one makes it
        BY_MODULE[tape.module] = tape
    return tape
