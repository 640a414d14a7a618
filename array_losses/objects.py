"""Loss objects: frozen bindings of a loss function's options, made from its signature by one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from types import MappingProxyType
from typing import Any

from .errors import ArgumentError, DTypeError, OptionError, closest, describe, fail
from .families.family import family_of
from .families.signature import PER_CALL
from .host import frozen
from .sums import ComposedSums, Sums

CONFIG_VERSION = 1


class Composable:
    """What has a value on arrays and can be scaled and added: ``0.7 * dice + 0.3 * focal``."""

    __slots__ = ()

    def __mul__(self, factor: float) -> Composition:
        if isinstance(factor, bool) or not isinstance(factor, int | float):
            return NotImplemented
        return Composition(tuple((factor * scale, loss) for scale, loss in self.terms()))

    __rmul__ = __mul__

    def __add__(self, other: object) -> Composition:
        if isinstance(other, int) and other == 0:  # the start value of sum()
            return Composition(self.terms())
        if not isinstance(other, Composable):
            return NotImplemented
        return Composition(self.terms() + other.terms())

    __radd__ = __add__

    def terms(self) -> tuple[tuple[float, Loss], ...]:
        """The losses added up, each with its factor."""
        raise NotImplementedError

    def to_config(self) -> dict[str, Any]:
        """Plain data, safe for JSON and TOML, from which `from_config` makes an equal loss."""
        raise NotImplementedError

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; make another with replace({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")


class Loss(Composable):
    """A loss with its options fixed: callable, frozen, comparable and hashable by value, picklable."""

    function: Callable[..., Any]
    """The loss function that the object calls."""
    options: Mapping[str, Any]
    _changed: Mapping[str, Any]
    """Those that are not the defaults."""

    def __init__(self, *args: Any, **options: Any) -> None:
        known, defaults = self._checked(args, options), family_of(self.function).signature.defaults
        object.__setattr__(self, "options", MappingProxyType(known))
        changed = {key: value for key, value in known.items() if value is not defaults[key]}
        object.__setattr__(self, "_changed", changed)

    def _checked(self, args: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
        name, signature = type(self).__name__, family_of(self.function).signature
        known = {key: value for key, value in signature.defaults.items() if key not in PER_CALL}
        if args and "weight" in known and "weight" not in options and len(args) == 1:
            options = {"weight": args[0], **options}  # torch's first constructor argument
        elif args:
            raise ArgumentError(f"{name}: options are given by name: {', '.join(known)}")
        for key in options:
            if key in PER_CALL or key in signature.required:
                raise ArgumentError(f"{name}: `{key}` belongs to a batch; give it when the loss is called")
            if key not in known:
                raise ArgumentError(f"{name}: unknown option `{key}`; {_suggest(key, known)}")
        known.update(options)
        for key, check in signature.checkers.items():
            known[key] = check.check(name, key, known[key])
        for key in signature.arrays:
            if isinstance(known.get(key), str):
                fail(DTypeError, name, key, "be an array or numbers", describe(known[key]))
            if key in known:
                known[key] = frozen(known[key])
        known["normalizer"] = _checked_normalizer(name, known["reduction"], known["normalizer"])
        return known

    def __call__(self, *arrays: Any, **options: Any) -> Any:
        """The loss of these arrays; options given here rule over those of the object."""
        fixed = self._changed
        given = family_of(self.function).signature.positional[: len(arrays)]
        if "weight" in given:  # torch's third argument of the function
            fixed = {key: value for key, value in fixed.items() if key != "weight"}
        return self.function(*arrays, **{**fixed, **options})

    def __getattr__(self, name: str) -> Any:
        try:
            return object.__getattribute__(self, "options")[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no option `{name}`") from None

    def terms(self) -> tuple[tuple[float, Loss], ...]:
        return ((1.0, self),)

    def replace(self, **options: Any) -> Loss:
        """The same loss with other options."""
        return type(self)(**{**self.options, **options})

    __replace__ = replace

    def to_config(self) -> dict[str, Any]:
        return {"version": CONFIG_VERSION, **self.plain()}

    def plain(self) -> dict[str, Any]:
        """The name of the class and every option; TOML has no null, so options that are None are listed by name."""
        name = type(self).__name__
        given = {key: value for key, value in self.options.items() if value is not None}
        off = [key for key, value in self.options.items() if value is None]
        for key, value in given.items():
            if not isinstance(value, str | int | float | tuple):
                fail(
                    OptionError, f"{name}.to_config", key, "lie in host memory (numbers, lists, NumPy)", describe(value)
                )
        plain = {"loss": name, "options": {key: lists(value) for key, value in given.items()}}
        return {**plain, "none": off} if off else plain

    def _key(self) -> tuple[Any, ...]:
        return tuple((name, identity(value)) for name, value in self.options.items())

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((type(self), self._key()))

    def __repr__(self) -> str:
        defaults = family_of(self.function).signature.defaults
        shown = [f"{k}={v!r}" for k, v in self.options.items() if identity(v) != identity(defaults[k])]
        return f"{type(self).__name__}({', '.join(shown)})"

    def __reduce__(self) -> Any:
        return _rebuild, (type(self), dict(self.options))


class Composition(Composable):
    """A weighted sum of losses on the same arrays."""

    __slots__ = ("__weakref__", "_terms")
    _terms: tuple[tuple[float, Loss], ...]

    def __init__(self, terms: tuple[tuple[float, Loss], ...]) -> None:
        object.__setattr__(self, "_terms", tuple((float(scale), loss) for scale, loss in terms))

    def terms(self) -> tuple[tuple[float, Loss], ...]:
        return self._terms

    def __call__(self, *arrays: Any, **options: Any) -> Any:
        """The weighted sum of the losses of these arrays; with ``reduction="sums"`` of their `Sums`."""
        losses = [loss(*arrays, **options) for _, loss in self._terms]
        scales = tuple(scale for scale, _ in self._terms)
        if all(isinstance(each, Sums) for each in losses):
            return ComposedSums(tuple(losses), scales)
        shapes = [tuple(each.shape) for each in losses]
        if any(shape != shapes[0] for shape in shapes):
            names = ", ".join(
                f"{type(loss).__name__} {shape}" for (_, loss), shape in zip(self._terms, shapes, strict=True)
            )
            raise OptionError(f"Composition: unreduced losses of different shapes cannot be added: {names}")
        total = scales[0] * losses[0]
        for scale, each in zip(scales[1:], losses[1:], strict=True):
            total = total + scale * each
        return total

    def to_config(self) -> dict[str, Any]:
        return {"version": CONFIG_VERSION, "sum": [{"scale": scale, **loss.plain()} for scale, loss in self._terms]}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Composition) and self._terms == other._terms

    def __hash__(self) -> int:
        return hash(self._terms)

    def __repr__(self) -> str:
        return " + ".join(f"{scale:g} * {loss!r}" for scale, loss in self._terms)

    def __reduce__(self) -> Any:
        return Composition, (self._terms,)


def loss_class(function: Callable[..., Any], name: str) -> type[Loss]:
    """The class of a loss function, under torch's name where torch has one."""
    summary = (function.__doc__ or "").partition("\n")[0]
    doc = f"{summary}\n\n    The options of `{function.__name__}`, fixed; call it with that function's arrays.\n    "
    namespace = {
        "function": staticmethod(function), "__doc__": doc, "__module__": function.__module__,
        "__signature__": family_of(function).signature.options,
    }  # fmt: skip
    return type(name, (Loss,), namespace)


def _rebuild(cls: type[Loss], options: dict[str, Any]) -> Loss:
    return cls(**options)


def lists(value: Any) -> Any:
    """Nested tuples as nested lists."""
    return [lists(each) for each in value] if isinstance(value, tuple) else value


def identity(value: Any) -> Any:
    """What a value is compared by: plain data by itself, an array on a device by which object it is."""
    return value if value is None or isinstance(value, str | int | float | bool | tuple) else id(value)


def _checked_normalizer(name: str, reduction: Any, normalizer: Any) -> Any:
    """The normalizer as plain data where it is a number in host memory."""
    if not isinstance(reduction, str) or reduction not in ("mean", "sum", "none", "sums"):
        fail(OptionError, name, "reduction", 'be "mean", "sum", "none" or "sums"', describe(reduction))
    if isinstance(normalizer, str) and normalizer not in ("weights", "count"):
        fail(OptionError, name, "normalizer", 'be None, "weights", "count" or a number', describe(normalizer))
    if isinstance(normalizer, bool):
        fail(DTypeError, name, "normalizer", 'be None, "weights", "count" or a number', describe(normalizer))
    plain = frozen(normalizer)
    if isinstance(plain, tuple) or (isinstance(plain, int | float) and not 0 <= plain < inf):
        fail(OptionError, name, "normalizer", "be a finite number >= 0", describe(normalizer))
    return plain


def _suggest(name: str, known: dict[str, Any]) -> str:
    close = closest(name, known)
    return f"did you mean `{close}`?" if close else f"it takes {', '.join(known)}"
