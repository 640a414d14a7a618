"""The arrays of one call: the first decides library, device and dtype, the others are placed and checked beside it."""

from __future__ import annotations

from math import nan
from typing import Any

from .backends import backend_of
from .backends.generic import KINDS, Backend
from .errors import DomainError, DTypeError, NamespaceError, ShapeError, article, describe, fail

Array = Any


class Call:
    """One call of one function: who is called, and with what first array."""

    def __init__(
        self, function: str, first: str, array: Any, kinds: tuple[str, ...] = ("half", "real"),
    ) -> None:  # fmt: skip
        try:
            backend = backend_of(array)
            kind = backend.kind(array.dtype)
        except (TypeError, AttributeError):
            fail(NamespaceError, function, first, "be an array (NumPy, PyTorch, JAX, CuPy, ...)", describe(array))
        self.function = function
        self._check_plain(backend, first, array)
        if kind not in kinds:
            expected = "have a floating dtype (float16, bfloat16, float32 or float64)"
            expected = expected.replace("floating", "integer or floating") if "integer" in kinds else expected
            fail(DTypeError, function, first, expected, str(array.dtype))
        self.first, self.array = first, array
        self.placed = {first: array}
        """The arguments that are arrays, beside the first."""
        self.backend: Backend = backend
        self.dtype, self.compute = array.dtype, backend.compute_dtype(array.dtype)

    # --- placing ----------------------------------------------------------------------------------------------------

    def place(self, name: str, value: Any, floats: bool = False) -> Array:
        """An argument as an array beside the first; host data travels, everything else is an error."""
        array = self.placed[name] = self._place(name, value, floats)
        return array

    def _place(self, name: str, value: Any, floats: bool) -> Array:
        if type(value).__module__ == "numpy" and self.backend.tracing():
            return self.backend.from_host(value, self.array)
        if (is_host(value) and self.backend.name != "numpy") or isinstance(value, HOST_SCALARS):
            return self._from_host(name, value, floats)
        try:
            backend = backend_of(value)
        except TypeError:
            fail(NamespaceError, self.function, name, "be an array, a number or nested lists", describe(value))
        self._check_plain(backend, name, value)
        if backend is not self.backend:
            adopted = self.backend.adopt(value, backend)
            if adopted is not None:
                return adopted
            raise NamespaceError(
                f"{self.function}: `{name}` is {article(backend.noun)}, `{self.first}` "
                f"{article(self.backend.noun)}{self._on(self.array)}; convert it: "
                f"{self._conversion(backend, value).format(name)}"
            )
        here, there = self.backend.device(self.array), backend.device(value)
        if here is not None and there is not None and here != there:
            raise NamespaceError(
                f"{self.function}: `{name}` is on {there}, `{self.first}` on {here}; move one of them there"
            )
        return value

    def _conversion(self, backend: Backend, value: Any) -> str:
        """From library to library where that goes without a copy, else by way of the host."""
        if self.backend.name == "numpy" or self.backend.tracing():  # a compiler cannot ask where a stranger lies
            return backend.to_host
        together = self._on(self.array) == on_device(backend, value)
        return self.backend.conversion if together and hasattr(value, "__dlpack__") else backend.to_host

    def _check_plain(self, backend: Backend, name: str, array: Any) -> None:
        if not backend.accepts(array):
            expected = f"be a plain array: give numpy.asarray({name}), and masks as `where`"
            fail(NamespaceError, self.function, name, expected, describe(array))

    def _on(self, array: Array) -> str:
        return on_device(self.backend, array)

    def _from_host(self, name: str, value: Any, floats: bool = False) -> Array:
        kind = host_kind(value)
        if kind == "other":
            fail(DTypeError, self.function, name, "hold numbers", describe(value))
        dtype = self.compute if kind in ("half", "real") or (floats and kind == "integer") else None
        try:
            return self.backend.from_host(value, self.array, dtype)
        except OverflowError:
            fail(DomainError, self.function, name, "hold numbers that its library can hold", describe(value))
        except (ValueError, TypeError):
            fail(ShapeError, self.function, name, "be rectangular (every row of one length)", describe(value))

    # --- dtypes -----------------------------------------------------------------------------------------------------

    def kind(self, array: Array) -> str:
        return self.backend.kind(array.dtype)

    def real(self, name: str, value: Any, floats: bool = True) -> Array:
        """An argument of any real dtype, cast where it is used; `floats` takes integers of the host as floats."""
        array = self.place(name, value, floats)
        if self.kind(array) == "other":
            fail(DTypeError, self.function, name, "hold real numbers", str(array.dtype))
        return array

    def mask(self, name: str, value: Any) -> Array:
        """A boolean mask."""
        array = self.place(name, value)
        if self.kind(array) != "bool":
            fail(DTypeError, self.function, name, "have a boolean dtype", str(array.dtype))
        return array

    def ids(self, name: str, value: Any) -> Array:
        """Class ids of any integer dtype."""
        array = self.place(name, value)
        if self.kind(array) != "integer":
            fail(DTypeError, self.function, name, "have an integer dtype (class ids)", str(array.dtype))
        return self.backend.as_ids(array)

    # --- shapes -----------------------------------------------------------------------------------------------------

    def shaped(self, name: str, array: Array, shape: tuple[int, ...], letters: str) -> Array:
        """The array, which must have exactly this shape."""
        if tuple(array.shape) != shape:
            fail(ShapeError, self.function, name, f"have shape {letters} = {shape}", str(tuple(array.shape)))
        return array

    def broadcastable(self, name: str, array: Array, shape: tuple[int, ...], letters: str) -> Array:
        """The array, which must broadcast to this shape without enlarging it."""
        given = tuple(array.shape)
        fits = len(given) <= len(shape) and all(
            mine in (1, full) for mine, full in zip(reversed(given), reversed(shape), strict=False)
        )
        if not fits:
            hint = ""
            if len(given) == 1 and len(shape) > 2 and given[0] == shape[1]:
                hint = f" (one value per entry of axis 1: reshape it to {(-1,) + (1,) * (len(shape) - 2)})"
            fail(ShapeError, self.function, name, f"be broadcastable to {letters} = {shape}", f"{given}{hint}")
        return array

    # --- values, where looking is free ------------------------------------------------------------------------------

    def looked(self, *arrays: Array | None) -> list[Any] | None:
        """The arrays as ones whose values may be read for nothing; None where one of them may not."""
        views = [None if each is None else self.backend.look(each) for each in arrays]
        seen = all(view is not None for view, each in zip(views, arrays, strict=True) if each is not None)
        return views if seen else None

    def values(
        self, name: str, array: Array, valid: Any, expected: object, where: Array | None = None, shown: str = "",
        limits: tuple[float, float] | None = None,
    ) -> bool:  # fmt: skip
        """Check values if looking is free, and say whether it was.

        `valid` makes a mask from the array; `expected` may be a function, as a compiler cannot write sizes it does not
        know; `shown` describes a bad entry that is not one number. Whatever lies within `limits`, masked or not, is
        valid: that is told at once.
        """
        views = self.looked(array, where)
        if views is None:
            return False
        if limits is not None and within(views[0], limits):
            return True
        view, kept = views
        ok = backend_of(view).plainly(valid, (view,))
        bad = ~ok if kept is None else ~ok & kept
        backend = backend_of(view)
        if bool(backend.xp.any(bad)):
            self._bad_value(name, view, bad, expected, shown)
        return True

    def finds(self, array: Array, condition: Any) -> bool:
        """Whether any value of an array that may be read meets a condition."""
        view = self.backend.look(array)
        return bool(backend_of(view).xp.any(condition(view)))

    def _bad_value(self, name: str, view: Array, bad: Array, expected: object, shown: str) -> None:
        xp = backend_of(view).xp
        first = int(xp.argmax(xp.astype(xp.reshape(bad, (-1,)), xp.int32)))
        if not shown:
            flat = xp.reshape(xp.broadcast_to(view, bad.shape), (-1,))
            number = int if self.kind(flat) == "integer" else float
            shown = str(number(flat[first]))
        position: list[int] = []
        for size in reversed(bad.shape):
            first, index = divmod(first, size)
            position.insert(0, index)
        place = f" at position ({', '.join(map(str, position))})" if position else ""
        fail(DomainError, self.function, name, expected() if callable(expected) else expected, shown + place)


def on_device(backend: Backend, array: Array) -> str:
    """The device of an array, for messages; nothing for the host."""
    device = backend.device(array)
    return "" if device is None or "cpu" in str(device).lower() else f" on {device}"


def within(view: Array, limits: tuple[float, float]) -> bool:
    """Whether every value of an array that may be read lies within limits, both included."""
    if 0 in view.shape:
        return True
    backend = backend_of(view)

    def compared(view: Array) -> bool:
        low, high = backend.extremes(view)
        return bool(limits[0] <= low and high <= limits[1])

    return bool(backend.plainly(compared, (view,)))


def is_host(value: Any) -> bool:
    """Whether this is host data: a number, nested lists of numbers, or anything of NumPy's."""
    return isinstance(value, HOST_SCALARS) or type(value).__module__ == "numpy"


HOST_SCALARS = (bool, int, float, list, tuple)


def host_kind(value: Any) -> str:
    """The kind of dtype that host data has."""
    if hasattr(value, "dtype"):
        return KINDS.get(getattr(value.dtype, "name", str(value.dtype)).rpartition(".")[2], "other")
    if isinstance(value, list | tuple):
        kinds = {host_kind(each) for each in value}
        for kind in ("other", "half", "real", "integer"):
            if kind in kinds:
                return kind
        return "bool" if kinds else "real"
    for python, kind in ((bool, "bool"), (int, "integer"), (float, "real")):
        if isinstance(value, python):
            return kind
    return "other"


def frozen(value: Any) -> Any:
    """Weights that lie in host memory as nested tuples of numbers: constant, comparable, hashable, plain."""
    if isinstance(value, list | tuple):
        return tuple(frozen(each) for each in value)
    if value is None or isinstance(value, str | int | float):
        return nan if value != value else value  # one NaN, which equals itself in a tuple
    backend = backend_of(value)
    view = None if backend.is_variable(value) else backend.look(value)
    return value if view is None else frozen(view.tolist())
