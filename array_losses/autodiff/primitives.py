"""The differentiable namespace of a wrapped library: its functions on traced arrays, with their rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .. import numerics
from ..backends.base import Backend
from ..backends.numeric import Numeric
from ..errors import MissingRuleError
from ..typing import Array, Namespace
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
        function = OPERATIONS.get(name) or getattr(self._inner, name)
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


OPERATIONS: dict[str, Callable[..., Any]] = {
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
