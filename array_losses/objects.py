"""Loss objects: frozen bindings of a loss function's options, made from its signature by one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Generic, Literal, ParamSpec, Self, TypeVar, overload

from .arguments import Arguments
from .backends import backend_of
from .composable import CONFIG_VERSION, Composable, Terms, refuse_keras, refuse_option
from .errors import ArgumentError, OptionError, describe, fail
from .families.function import family_of
from .families.signature import PER_CALL
from .fixed_options import checked_array, checked_hyperparameter, checked_normalizer, identity, lists, shown
from .reduction import BATCH_MEAN
from .sums import ComposedSums, Sums
from .typing import ArrayLike, ArrayT

P = ParamSpec("P")
S = TypeVar("S", Sums, ComposedSums)


class Loss(Composable):
    """A loss with its options fixed: callable, frozen, comparable and hashable by value, picklable.

    .. versionadded:: 0.1
    """

    function: Callable[..., Any]
    """The loss function that the object calls."""
    version: ClassVar[int] = 1
    """The version of the loss's formula, raised wherever the same options give other numbers."""
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
            called = f"; to call the loss, write {name}()({', '.join(signature.required)})"
            hint = called if any(hasattr(each, "shape") for each in args) else ""
            raise ArgumentError(f"{name}: options are given by name: {', '.join(known)}{hint}")
        for key in options:
            if key not in known:
                refuse_option(name, key, known, signature.required)
        known.update(options)
        for key, check in signature.checkers.items():
            known[key] = checked_hyperparameter(name, key, check, known[key])
        for key in signature.arrays:
            if key in known:
                known[key] = checked_array(name, key, known[key])
        family = family_of(self.function)
        torchs = family.batch_mean and known["reduction"] == BATCH_MEAN
        reduction = "mean" if torchs else known["reduction"]
        known["normalizer"] = checked_normalizer(name, reduction, known["normalizer"])
        family.check_fixed(name, reduction, known["normalizer"])
        return known

    @overload
    def __call__(self, /, *arrays: ArrayLike, reduction: Literal["sums"], **options: Any) -> Sums | ComposedSums: ...
    @overload
    def __call__(
        self, input: ArrayT, /, *arrays: ArrayLike, reduction: Literal["mean", "sum", "none"] = ..., **options: Any
    ) -> ArrayT: ...
    @overload
    def __call__(self, /, **arrays_and_options: Any) -> Any: ...
    def __call__(self, /, *arrays: Any, **options: Any) -> Any:
        """The loss of these arrays; options given here rule over those of the object."""
        return self.function(*arrays, **self.given(arrays, options))

    def given(self, arrays: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
        """The options of a call: those given there and those of the object."""
        return self._given(self._placed(arrays, options) if self._constants else self._changed, arrays, options)

    def call_with(self, own: Sequence[Mapping[str, Any]], arrays: tuple[Any, ...], options: dict[str, Any]) -> Any:
        if not own[0]:
            return self(*arrays, **options)
        return self.function(*arrays, **self._given({**self._changed, **own[0]}, arrays, options))

    def _given(self, fixed: Mapping[str, Any], arrays: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
        given = family_of(self.function).signature.positional[: len(arrays)]
        if "weight" in given:  # torch's third argument of the function
            fixed = {key: value for key, value in fixed.items() if key != "weight"}
        return {**fixed, **options}

    def _placed(self, arrays: tuple[Any, ...], options: dict[str, Any]) -> Mapping[str, Any]:
        """The options with the constants as arrays beside the input, where such arrays may be kept for other calls."""
        family = family_of(self.function)
        input: Any = arrays[0] if arrays else options.get(family.main_argument)
        if not hasattr(input, "dtype") or {**self.options, **options}["reduction"] == "sums":  # sums keep plain data
            return self._changed
        backend = backend_of(input)
        while backend.level:
            input = input.value
            backend = backend_of(input)
        if backend.tracing() or not backend.allows_caching(input):
            return self._changed
        device = backend.device(input)
        key = backend.name, device, input.dtype
        kept = self._kept.get(key)
        if kept is None:
            call = Arguments(family.name, family.main_argument, input)
            kept = {name: backend.cacheable(call.real(name, self.options[name]), device) for name in self._constants}
            if any(each is None for each in kept.values()):
                return self._changed
            self._kept[key] = kept
        return {**self._changed, **kept}

    def __getattr__(self, name: str) -> Any:
        try:
            return object.__getattribute__(self, "options")[name]
        except KeyError:
            refuse_keras(self, name)
            raise AttributeError(f"{type(self).__name__} has no option `{name}`") from None

    def terms(self) -> Terms:
        return ((1.0, self),)

    def replace(self, /, **options: Any) -> Loss:
        """A loss with other options."""
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


if TYPE_CHECKING:

    class TypedLoss(Loss, Generic[P, S]):
        """A loss with the options P and sums S, to type checkers alone: they see what `loss_class` makes so."""

        def __init__(self, /, *args: P.args, **options: P.kwargs) -> None: ...
        def replace(self, /, *args: P.args, **options: P.kwargs) -> Self: ...
        @overload
        def __call__(self, /, *arrays: ArrayLike, reduction: Literal["sums"], **options: Any) -> S: ...
        @overload
        def __call__(
            self, input: ArrayT, /, *arrays: ArrayLike, reduction: Literal["mean", "sum", "none"] = ..., **options: Any
        ) -> ArrayT: ...
        @overload
        def __call__(self, /, **arrays_and_options: Any) -> Any: ...
        def __call__(self, /, *arrays: Any, **options: Any) -> Any: ...


@overload
def loss_class(
    function: Callable[Concatenate[Any, Any, P], Any], name: str, *, version: int = ...
) -> type[TypedLoss[P, Sums]]: ...
@overload
def loss_class(
    function: Callable[Concatenate[Any, Any, P], Any], name: str, *, version: int = ..., composite: Literal[True]
) -> type[TypedLoss[P, ComposedSums]]: ...
@overload
def loss_class(
    function: Callable[Concatenate[Any, Any, Any, P], Any], name: str, arrays: Literal[3], *, version: int = ...
) -> type[TypedLoss[P, Sums]]: ...
@overload
def loss_class(
    function: Callable[Concatenate[Any, Any, Any, Any, P], Any], name: str, arrays: Literal[4], *, version: int = ...
) -> type[TypedLoss[P, Sums]]: ...
@overload
def loss_class(
    function: Callable[Concatenate[Any, Any, Any, Any, Any, Any, P], Any],
    name: str,
    arrays: Literal[6],
    *,
    version: int = ...,
) -> type[TypedLoss[P, Sums]]: ...
def loss_class(
    function: Callable[..., Any], name: str, arrays: int = 2, *, version: int = 1, composite: bool = False
) -> Any:
    """The class of a loss function, under torch's name where torch has one.

    `arrays` says how many arrays of a batch come first in the function's signature, and `composite` that its sums are
    composed: type checkers cannot see it. `version` is that of the formula: raise it with every change after which the
    same options give other numbers.
    """
    family = family_of(function)
    batch = family.signature.batch
    if len(batch) != arrays:
        raise TypeError(f"{name}: `{function.__name__}` takes {', '.join(batch)}; write arrays={len(batch)}")
    if family.composite != composite:
        raise TypeError(f"{name}: of `{function.__name__}` write composite={family.composite}")
    summary, *lines = (function.__doc__ or "").split("\n")
    since = "".join(f"\n\n{line}" for line in lines if line.lstrip().startswith(".. versionadded::"))
    use = f"The options of `{function.__name__}`, fixed; call it with that function's arrays."
    doc = f"{summary}\n\n    {use}{since}\n    "
    namespace = {
        "function": staticmethod(function),
        "version": version,
        "__doc__": doc,
        "__module__": function.__module__,
        "__signature__": family.signature.options,
    }
    return type(name, (Loss,), namespace)


def _rebuild(cls: type[Loss], options: dict[str, Any]) -> Loss:
    return cls(**options)
