"""A wrapped library: its differentiable namespace, and the adapter that lets every formula run on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .. import numerics
from ..backends import BY_MODULE, backend_of
from ..backends.additive import Additive
from ..backends.evaluable import Evaluable
from ..backends.generic import Backend
from ..backends.numeric import Numeric
from ..errors import MissingRuleError
from ..typing import Array, Device, DType, Namespace
from .rules import CONSTANT, RULES, Rule, fit
from .tape import Traced


class TracedNamespace:
    """A library's namespace on traced arrays: each function is made differentiable when it is first asked for."""

    def __init__(self, backend: Backend, cls: type[Traced]) -> None:
        self._inner, self._cls = backend.xp, cls
        self.__name__ = f"traced {backend.name}"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        function = FORWARD.get(name) or getattr(self._inner, name)
        if isinstance(function, type) or not callable(function):
            return function  # a dtype or a number
        made = primitive(name, function, RULES.get(name), self._inner, self._cls, lambda x: getattr(x.xp, name))
        setattr(self, name, made)
        return made

    @staticmethod
    def missing(name: str) -> MissingRuleError:
        """The error of a function without a rule."""
        return MissingRuleError(
            f"`{name}` has no derivative rule: write the function with others of the Array API, "
            "or take what needs no derivative out of it"
        )


FORWARD: dict[str, Callable[..., Any]] = {
    "getitem": lambda x, key: x[key],
    "abs": lambda x: abs(x),
    "stop_gradient": numerics.stop_gradient,
}
"""Primitives that are not functions of the wrapped namespace under their name."""


def primitive(
    name: str,
    function: Callable[..., Any],
    rule: Rule | None,
    xp: Namespace,
    cls: type[Traced],
    deeper: Callable[[Traced], Callable[..., Any]],
) -> Callable[..., Any]:
    """A function of the wrapped library on traced arrays; `deeper` finds that of an array traced more deeply."""
    many = name in ("concat", "stack")
    constant = name in CONSTANT

    def call(*args: Any, **kwargs: Any) -> Any:
        for each in args:
            if isinstance(each, Traced) and each.tape_level > cls.tape_level:
                return deeper(each)(*args, **kwargs)
        plain = [unwrap(each, cls) for each in args]
        options = {key: unwrap(value, cls) for key, value in kwargs.items()}
        result = function(*plain, **options)
        wanted = variables((*args, *kwargs.values()), cls)
        if constant or not wanted:
            return lift(result, cls)
        if rule is None:
            raise TracedNamespace.missing(name)
        try:
            pulls = rule(xp, result, *plain, **options)
        except TypeError as error:
            raise TracedNamespace.missing(f"{name} with these arguments ({error})") from None
        inputs = args[0] if many else args
        parents = tuple(
            (each, pull)
            for each, pull in zip(inputs, pulls, strict=False)
            if pull is not None and isinstance(each, cls) and each.active
        )
        if len(parents) != len(wanted):  # a variable stands where the rule knows constants only
            raise TracedNamespace.missing(f"{name} with respect to all of these arguments")
        return cls(result, parents)

    return call


def rule_of(numeric: Numeric) -> Rule:
    """The rule of a numeric, of its own derivative."""
    derivative = numeric.derivative
    assert derivative is not None

    def rule(xp: Namespace, y: Array, *args: Any) -> tuple[Callable[[Array], Array] | None, ...]:
        def fitted(vjp: Callable[[Array], Array], like: Array) -> Callable[[Array], Array]:
            return lambda g: fit(xp, vjp(g), like)

        maps = derivative(y, *args)
        return tuple(None if vjp is None else fitted(vjp, each) for vjp, each in zip(maps, args, strict=True))

    return rule


def unwrap(value: Any, cls: type[Traced]) -> Any:
    """The value of an array traced by this class, also in lists; everything else as it is."""
    if isinstance(value, cls):
        return value.value
    if isinstance(value, list | tuple):
        return type(value)(unwrap(each, cls) for each in value)
    return value


def variables(values: Iterable[object], cls: type[Traced]) -> list[Traced]:
    """The arrays among the arguments, also in lists, whose derivative is wanted."""
    found = []
    for each in values:
        if isinstance(each, cls):
            if each.active:
                found.append(each)
        elif isinstance(each, list | tuple):
            found += variables(each, cls)
    return found


def lift(value: Any, cls: type[Traced]) -> Any:
    """Arrays as constants of a class; dtypes, shapes and the like as they are."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return cls(value)
    if isinstance(value, list | tuple) and value and hasattr(value[0], "dtype"):
        return tuple(lift(each, cls) for each in value)
    return value


class TapeBackend(Backend):
    """The adapter of traced arrays: that of the wrapped library, through one class of traced arrays."""

    def __init__(self, inner: Backend) -> None:
        self.inner, self.level = inner, inner.level + 1
        self.name, self.noun, self.conversion, self.kinds = inner.name, inner.noun, inner.conversion, inner.kinds
        self.max_chunk_elements = inner.max_chunk_elements
        module = f"{Traced.__module__}.{inner.name}.{self.level}"
        names = {"__slots__": (), "__module__": module, "tape_level": self.level}
        self.cls: type[Traced] = type("Traced", (Traced,), names)
        self.xp = TracedNamespace(inner, self.cls)
        self.cls.xp = self.xp
        self.types = (self.cls,)
        self.native = {"stop_gradient": self.xp.stop_gradient}
        self.forms: dict[Numeric, Callable[..., Any]] = {}
        self.module = module

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

    def evaluate(self, totals: Evaluable, arrays: tuple[Any, ...]) -> Any:
        """The value, with gradients made in the same pass where the wrapped library can do that on plain arrays."""
        plain = tuple([unwrap(each, self.cls) for each in arrays])
        wanted = tuple(i for i, each in enumerate(arrays) if isinstance(each, self.cls) and each.active)
        if not wanted or self.level > 1 or (found := self._slopes(totals, plain, wanted)) is None:
            return totals(*arrays)
        value, ready = found

        def pull(place: int) -> Callable[[Array], Array]:
            def scaled(g: Array) -> Array:
                made = ready or self._slopes(totals, plain, wanted)[1]
                slope, made[place] = made[place], None
                ready.clear() if all(each is None for each in made) else None
                return self.inner.cast(self.inner.scaled(slope, g), plain[wanted[place]].dtype)

            return scaled

        parents = tuple((arrays[i], pull(place)) for place, i in enumerate(wanted))
        if isinstance(value, tuple):  # the sums
            return self.cls(value[0], parents), lift(value[1], self.cls)
        return self.cls(value, parents)

    def add_up(self, additive: Additive) -> tuple[Any, ...]:
        """The sums, in blocks where the wrapped library can make those of plain arrays."""
        arrays = additive.arrays
        plain = additive.with_arrays(tuple([unwrap(each, self.cls) for each in arrays]))
        wanted = tuple(i for i, each in enumerate(arrays) if isinstance(each, self.cls) and each.active)
        if not wanted or self.level > 1 or (found := self.inner.add_up_with_gradients(plain, wanted)) is None:
            return additive.whole()
        sums, gradients = found
        made: dict[int, Array] = {}

        def pull(place: int) -> Callable[[Array], Array]:
            def taken(gs: Array) -> Array:
                if place not in made:
                    made.update(enumerate(gradients([gs[i] for i in range(len(sums))])))
                return self.inner.cast(made.pop(place), plain.arrays[wanted[place]].dtype)

            return taken

        # one node for all, so that the second pass is one
        stacked = self.cls(self.inner.xp.stack(sums), tuple((arrays[i], pull(place)) for place, i in enumerate(wanted)))
        return tuple([stacked[i] for i in range(len(sums))])

    def _slopes(self, totals: Evaluable, arrays: tuple[Any, ...], wanted: tuple[int, ...]) -> Any:
        try:
            return self.inner.evaluate_with_gradients(totals, arrays, wanted)
        except LookupError:
            return None


TAPES: dict[int, TapeBackend] = {}
"""A cache: one wrapping of each library."""


def tape_of(inner: Backend) -> TapeBackend:
    """The wrapping of a library, made once."""
    tape = TAPES.get(id(inner))
    if tape is None:
        tape = TAPES.setdefault(id(inner), TapeBackend(inner))  # of two threads, one makes it
        BY_MODULE[tape.module] = tape
    return tape
