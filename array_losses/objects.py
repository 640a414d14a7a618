"""Loss objects: frozen bindings of a loss function's options, made from its signature by one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import inf
from types import MappingProxyType
from typing import Any

from .backends import backend_of
from .checks import Call
from .composable import CONFIG_VERSION, Composable, Terms
from .compositions import refuse_option
from .errors import ArgumentError, DTypeError, NamespaceError, OptionError, ShapeError, describe, fail
from .families.family import family_of
from .families.signature import PER_CALL
from .host import HOST_SCALARS, frozen, host_kind


class Loss(Composable):
    """A loss with its options fixed: callable, frozen, comparable and hashable by value, picklable."""

    function: Callable[..., Any]
    """The loss function that the object calls."""
    options: Mapping[str, Any]
    _changed: Mapping[str, Any]
    """Those that are not the defaults."""
    _constants: tuple[str, ...]
    """Those that are many numbers in host memory."""
    _kept: dict[Any, dict[str, Any]]
    """The constants as arrays, for each library, device and dtype. No part of the value."""

    def __init__(self, /, *args: Any, **options: Any) -> None:
        known, defaults = self._checked(args, options), family_of(self.function).signature.defaults
        changed = {key: value for key, value in known.items() if value is not defaults[key]}
        constants = tuple([key for key in family_of(self.function).arrays if isinstance(known.get(key), tuple)])
        own = {"options": MappingProxyType(known), "_changed": changed, "_constants": constants, "_kept": {}}
        self.__dict__.update(own)

    def _checked(self, args: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
        name, signature = type(self).__name__, family_of(self.function).signature
        known = {key: value for key, value in signature.defaults.items() if key not in PER_CALL}
        if args and "weight" in known and "weight" not in options and len(args) == 1:
            options = {"weight": args[0], **options}  # torch's first constructor argument
        elif args:
            raise ArgumentError(f"{name}: options are given by name: {', '.join(known)}")
        for key in options:
            if key not in known:
                refuse_option(name, key, known, signature.required)
        known.update(options)
        for key, check in signature.checkers.items():
            known[key] = check.check(name, key, known[key])
        for key in signature.arrays:
            if key in known:
                known[key] = _checked_array(name, key, known[key])
        known["normalizer"] = _checked_normalizer(name, known["reduction"], known["normalizer"])
        return known

    def __call__(self, /, *arrays: Any, **options: Any) -> Any:
        """The loss of these arrays; options given here rule over those of the object."""
        fixed = self._placed(arrays, options) if self._constants else self._changed
        given = family_of(self.function).signature.positional[: len(arrays)]
        if "weight" in given:  # torch's third argument of the function
            fixed = {key: value for key, value in fixed.items() if key != "weight"}
        return self.function(*arrays, **{**fixed, **options})

    def _placed(self, arrays: tuple[Any, ...], options: dict[str, Any]) -> Mapping[str, Any]:
        """The options with the constants as arrays beside the input, where such arrays may be kept for other calls."""
        family = family_of(self.function)
        input: Any = arrays[0] if arrays else options.get(family.first)
        if not hasattr(input, "dtype") or {**self.options, **options}["reduction"] == "sums":  # sums keep plain data
            return self._changed
        backend = backend_of(input)
        while backend.level:
            input = input.value
            backend = backend_of(input)
        if backend.tracing() or not backend.keeps(input):
            return self._changed
        device = backend.device(input)
        key = backend.name, device, input.dtype
        kept = self._kept.get(key)
        if kept is None:
            call = Call(family.name, family.first, input)
            kept = {name: backend.lasting(call.real(name, self.options[name]), device) for name in self._constants}
            if any(each is None for each in kept.values()):
                return self._changed
            self._kept[key] = kept
        return {**self._changed, **kept}

    def __getattr__(self, name: str) -> Any:
        try:
            return object.__getattribute__(self, "options")[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no option `{name}`") from None

    def terms(self) -> Terms:
        return ((1.0, self),)

    def replace(self, /, **options: Any) -> Loss:
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
        return self is other or (type(self) is type(other) and self._key() == other._key())

    def __hash__(self) -> int:
        found = self.__dict__.get("_hash")
        if found is None:  # of many numbers it takes long, and JAX asks for that of a static argument at each call
            found = self.__dict__["_hash"] = hash((type(self), self._key()))
        return found

    def __repr__(self) -> str:
        defaults = family_of(self.function).signature.defaults
        changed = {key: value for key, value in self.options.items() if identity(value) != identity(defaults[key])}
        return f"{type(self).__name__}({', '.join(f'{key}={shown(value)}' for key, value in changed.items())})"

    def __reduce__(self) -> Any:
        return _rebuild, (type(self), dict(self.options))


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


def leaves(value: Any) -> Iterator[Any]:
    """What nested lists or tuples hold."""
    for each in value if isinstance(value, list | tuple) else ():
        yield from leaves(each) if isinstance(each, list | tuple) else (each,)


def sizes(value: Any) -> tuple[int, ...] | None:
    """The shape of nested tuples; None where rows differ in length."""
    if not isinstance(value, tuple):
        return ()
    rows = {sizes(each) for each in value} or {()}
    row = rows.pop()
    return None if rows or row is None else (len(value), *row)


def shown(value: Any) -> str:
    """An option in a few characters: of many numbers the first and the last, of an array on a device its shape."""
    if hasattr(value, "shape"):
        return f"<{describe(value)}>"
    numbers = list(leaves(value))
    if len(numbers) <= FEW:
        return repr(value)
    return f"<{' x '.join(map(str, sizes(value) or ()))} numbers: {numbers[0]!r}, {numbers[1]!r}, ..., {numbers[-1]!r}>"


FEW = 10
"""As many numbers are shown whole."""


def identity(value: Any) -> Any:
    """What a value is compared by: plain data by itself, an array on a device by which object it is."""
    return value if value is None or isinstance(value, str | int | float | bool | tuple) else id(value)


def _checked_array(name: str, key: str, value: Any) -> Any:
    """An option that is an array: in host memory as nested tuples of numbers, elsewhere as it is."""
    if value is None:
        return None
    for each in leaves(value) if isinstance(value, list | tuple) else (value,):
        if not hasattr(each, "dtype") and host_kind(each) == "other":
            fail(DTypeError, name, key, "be an array or numbers", describe(each))
    try:
        objection = None if isinstance(value, HOST_SCALARS) else backend_of(value).objection(value)
        plain = frozen(value) if objection is None else value
    except TypeError:  # of no library
        fail(DTypeError, name, key, "be an array or numbers", describe(value))
    if objection is not None:
        fail(NamespaceError, name, key, objection[0].format(key), objection[1] or describe(value))
    if sizes(plain) is None:
        fail(ShapeError, name, key, "be rectangular (every row of one length)", describe(value))
    return plain


def _checked_normalizer(name: str, reduction: Any, normalizer: Any) -> Any:
    """The normalizer as plain data where it is a number in host memory."""
    if not isinstance(reduction, str) or reduction not in ("mean", "sum", "none", "sums"):
        fail(OptionError, name, "reduction", 'be "mean", "sum", "none" or "sums"', describe(reduction))
    expected = 'be None, "weights", "count" or a number'
    if isinstance(normalizer, str) and normalizer not in ("weights", "count"):
        fail(OptionError, name, "normalizer", expected, describe(normalizer))
    try:
        plain = frozen(normalizer)
    except TypeError:  # of no library
        fail(DTypeError, name, "normalizer", expected, describe(normalizer))
    if isinstance(plain, bool):
        fail(DTypeError, name, "normalizer", expected, describe(normalizer))
    if isinstance(plain, tuple) or (isinstance(plain, int | float) and not 0 <= plain < inf):
        fail(OptionError, name, "normalizer", "be a finite number >= 0", describe(normalizer))
    return plain
