"""The arrays of one call: the first decides library, device and dtype; the others are placed there and checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, cast

from .backends import backend_of
from .backends.base import Backend
from .backends.polyfill import dtype_name
from .domains import HALF_ROUNDING, INSIDE, Domain, DomainCheck, Interval, rounding
from .errors import DomainError, DTypeError, NamespaceError, ShapeError, article, describe, fail, remedy, spelled
from .host import HOST_SCALARS, host_kind, is_host
from .inspection import all_concrete, entry, first_bad, refuse_value, within
from .typing import Array, ArrayLike


class Arguments:
    """The checked arguments of one call: the function's name, its first array, and those placed after it."""

    def __init__(
        self, function: str, first: str, array: Array, kinds: tuple[str, ...] = ("half", "real"),
        hint: Callable[[], str] | None = None,
    ) -> None:  # fmt: skip
        try:
            backend = backend_of(array)
            kind = backend.kind(array.dtype)
        except (TypeError, AttributeError):
            expected = "be an array (NumPy, PyTorch, JAX, CuPy, ...)"
            fail(NamespaceError, function, first, expected, describe(array) + remedy(first, array))
        self.function, self.first, self.array, self.backend = function, first, array, backend
        self._check_plain(backend, first, array)
        if kind not in kinds:
            expected = "have a floating dtype (float16, bfloat16, float32 or float64)"
            expected = expected.replace("a floating", "an integer or floating") if "integer" in kinds else expected
            fail(DTypeError, function, first, expected, f"{array.dtype}{hint() if hint else ''}")
        self.placed = {first: array}
        """The arguments that are arrays, beside the first."""
        self.given: dict[str, Any] = {first: array}
        """The arguments as the user gave them, for messages."""
        self.dtype, self.compute = array.dtype, backend.compute_dtype(array.dtype)

    # --- placing ----------------------------------------------------------------------------------------------------

    def place(self, name: str, value: ArrayLike, floats: bool = False) -> Array:
        """An argument as an array beside the first; host data travels, everything else is an error."""
        self.given[name] = value
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
            got = describe(value) + remedy(name, value)
            fail(NamespaceError, self.function, name, "be an array, a number or nested lists", got)
        if backend is not self.backend:
            adopted = self.backend.lift(value, backend)
            if adopted is None:
                raise NamespaceError(
                    f"{self.function}: `{name}` is {article(backend.noun)}, `{self.first}` "
                    f"{article(self.backend.noun)}{self._on(self.array)}; convert it: "
                    f"{self._conversion(backend, value).format(name)}"
                )
            self._check_plain(backend, name, value)
            return cast("Array", adopted)
        self._check_plain(backend, name, value)
        here, there = self.backend.device(self.array), backend.device(value)
        if here is not None and there is not None and here != there:
            move = self.backend.move.format(name, self.first)
            raise NamespaceError(f"{self.function}: `{name}` is on {there}, `{self.first}` on {here}; move it: {move}")
        self._check_company(name, value)
        return cast("Array", value)

    def _conversion(self, backend: Backend, value: Any) -> str:
        """Code that converts an array: from library to library where that needs no copy, else by way of the host."""
        if self.backend.name == "numpy" or self.backend.tracing():  # a compiler cannot ask where a stranger lies
            return backend.to_host
        together = self._on(self.array) == on_device(backend, value)
        return self.backend.conversion if together and hasattr(value, "__dlpack__") else backend.to_host

    def _check_plain(self, backend: Backend, name: str, array: object) -> None:
        """Refuse what only looks like a plain array."""
        objection = backend.objection(array)
        if objection is not None:
            expected, got = objection
            fail(NamespaceError, self.function, name, expected.format(name), got or describe(array))

    def _check_company(self, name: str, value: object) -> None:
        """Refuse an array of the same library that operators do not take together with the first."""
        conversion = self.backend.estranged(self.array, value)
        if conversion is not None:
            raise NamespaceError(
                f"{self.function}: `{name}` is {article(type(value).__name__)}, `{self.first}` "
                f"{article(type(self.array).__name__)}; convert it: {conversion.format(name, self.first)}"
            )

    def _on(self, array: Array) -> str:
        return on_device(self.backend, array)

    def _from_host(self, name: str, value: Any, floats: bool = False) -> Array:
        kind = host_kind(value)
        if kind == "other":
            fail(DTypeError, self.function, name, "hold numbers", describe(value) + remedy(name, value))
        dtype = self.compute if kind in ("half", "real") or (floats and kind == "integer") else None
        if kind == "half" and hasattr(self.backend.xp, dtype_name(value.dtype)):
            dtype = None  # which says how far it may be rounded
        try:
            return self.backend.from_host(value, self.array, dtype)
        except OverflowError:
            fail(DomainError, self.function, name, "hold numbers that its library can hold", describe(value))
        except (ValueError, TypeError):
            got = describe(value) + remedy(name, value)
            fail(ShapeError, self.function, name, "be rectangular (every row of one length)", got)

    # --- dtypes -----------------------------------------------------------------------------------------------------

    def kind(self, array: Array) -> str:
        return self.backend.kind(array.dtype)

    def real(self, name: str, value: Any, floats: bool = True) -> Array:
        """An argument of any real dtype, cast where it is used; `floats` takes integers of the host as floats."""
        array = self.place(name, value, floats)
        if self.kind(array) == "other":
            fail(DTypeError, self.function, name, "hold real numbers", str(array.dtype))
        return self.backend.with_operators(array)

    def mask(self, name: str, value: Any) -> Array:
        """A boolean mask."""
        array = self.place(name, value)
        if self.kind(array) != "bool":
            fail(DTypeError, self.function, name, "have a boolean dtype", f"{array.dtype}; write {name} != 0")
        return array

    def ids(self, name: str, value: Any) -> Array:
        """Class ids of any integer dtype."""
        array = self.place(name, value)
        if self.kind(array) != "integer":
            fail(DTypeError, self.function, name, "have an integer dtype (class ids)", str(array.dtype))
        return self.backend.as_ids(array)

    # --- shapes -----------------------------------------------------------------------------------------------------

    def shaped(self, name: str, array: Array, shape: tuple[int, ...], letters: str, hint: str = "") -> Array:
        """The array, which must have exactly this shape."""
        if tuple(array.shape) != shape:
            fail(ShapeError, self.function, name, f"have {spelled(letters, shape)}", f"{tuple(array.shape)}{hint}")
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
            expected = f"be broadcastable to {spelled(letters, shape).removeprefix('shape ')}"
            fail(ShapeError, self.function, name, expected, f"{given}{hint}")
        return array

    def per_sample(self, name: str, array: Array, shape: tuple[int, ...], letters: str) -> Array:
        """Weights or a mask with the axes of this shape: given so, of any axis 1, as 0-d, or one for each sample."""
        given, ndim = tuple(array.shape), len(shape)
        if given and (len(given) != ndim or any(n not in (1, full) for n, full in zip(given, shape, strict=True))):
            if len(given) != 1 or ndim < 2 or given[0] != shape[0]:
                self._refuse_weights(name, given, shape, letters)
            return self.backend.xp.reshape(array, (*given, *(1,) * (ndim - 1)))
        return array

    def _refuse_weights(self, name: str, given: tuple[int, ...], shape: tuple[int, ...], letters: str) -> NoReturn:
        ndim = len(shape)
        expected, hint = "be 0-d" if ndim == 0 else f"have {spelled(letters, shape)}, or ()", ""
        if ndim > 1:
            sample = letters[1] if letters.startswith("(") else "N"
            expected = f"have {spelled(letters, shape)} (any axis may be 1), ({sample},) = ({shape[0]},) or ()"
        trailing = zip(reversed(given), reversed(shape), strict=False)
        if 0 < len(given) < ndim and all(n in (1, full) for n, full in trailing):
            hint = f": write {name}[{'None, ' * (ndim - len(given))}{', '.join(':' * len(given))}]"
        fail(ShapeError, self.function, name, expected, f"{given}{hint}")

    # --- values, where looking is free ------------------------------------------------------------------------------

    def all_concrete(self, *arrays: Array | None) -> list[Any] | None:
        """The arrays where their values can be read at no cost; None where those of one cannot."""
        return all_concrete(self.backend, *arrays)

    def values(
        self, name: str, array: Array, valid: Callable[[Array], Array], expected: object, where: Array | None = None,
        shown: str = "", hint: Callable[[], str] | None = None, limits: tuple[float, float] | None = None,
    ) -> bool:  # fmt: skip
        """Check values if looking is free, and say whether it was.

        `valid` makes a mask from the array; `expected` may be a function, as a compiler cannot write sizes it does not
        know; `shown` describes a bad entry that is not one number; `hint` says what is likely wrong.
        Whatever lies within `limits`, masked or not, is valid: that is told at once.
        """
        views = self.all_concrete(array, where)
        if views is None:
            return False
        if limits is not None and within(views[0], Interval(*limits)):
            return True
        view, kept = views
        position = first_bad(view, valid, kept)
        if position is not None:
            shown = shown or entry(self.given.get(name), view, position, self.kind(array) == "integer")
            refuse_value(self.function, name, expected, position, shown, "" if hint is None else hint())
        return True

    def check_domain(
        self, name: str, array: Array, domain: Domain, where: Array | None = None, *, ignored: int | None = None,
        hint: Callable[[], str] | None = None,
    ) -> DomainCheck:  # fmt: skip
        """The result of checking an array's domain: an error for a bad value, none for an `ignored` one."""
        if self.kind(array) == "bool":
            return INSIDE
        wide = domain.widened(self._rounding(name, array))
        views = self.all_concrete(array)
        if views is not None and within(views[0], domain):
            return INSIDE

        def valid(x: Array) -> Array:
            found: Array = wide.valid(x) if ignored is None else wide.valid(x) | (x == ignored)
            return found

        seen = self.values(name, array, valid, lambda: domain.rule, where, hint=hint)
        return DomainCheck(wide != domain, None if seen else wide)

    def _rounding(self, name: str, array: Array) -> float:
        """The distance by which rounding may leave a bound, by the dtype in which the values were given."""
        given = array if self.backend.tracing() else self.given.get(name)  # whose dtype a compiler does not know
        half = HALF_ROUNDING.get(dtype_name(getattr(given, "dtype", array.dtype)))
        return half or rounding(self.backend, array.dtype)

    def any_value(self, array: Array, condition: Callable[[Array], Array]) -> bool:
        """Whether any value of an array that may be read meets a condition."""
        view = self.backend.concrete_or_none(array)
        return bool(backend_of(view).xp.any(condition(view)))


def on_device(backend: Backend, array: Array) -> str:
    """The device of an array, for messages; nothing for the host."""
    device = backend.device(array)
    return "" if device is None or "cpu" in str(device).lower() else f" on {device}"
