"""A call that is right, and what becomes of it when something is changed."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

import array_losses as al

from .case import Case, Invalid, Sample


def parameters(case: Case) -> dict[str, inspect.Parameter]:
    """Of the loss, by name, in their order."""
    return dict(inspect.signature(getattr(al, case.name, case.loss)).parameters)


def positional(case: Case) -> list[str]:
    """The names of the arrays that may be given by position."""
    return [name for name, each in parameters(case).items() if each.kind is each.POSITIONAL_OR_KEYWORD]


class ValidCall:
    """A call that is right; its methods make it wrong in one place."""

    def __init__(self, case: Case, sample: Sample) -> None:
        self.name, self.parameters, self.positional = case.name, parameters(case), positional(case)
        self.required = [n for n, each in self.parameters.items() if each.default is each.empty]
        family = getattr(case.loss, "family", None)
        self.labels, self.batch_mean = getattr(family, "labels", False), getattr(family, "batch_mean", False)
        self.arrays, self.options = sample.arrays, sample.options

    def __getitem__(self, argument: str) -> np.ndarray:
        return self.arrays[self.positional.index(argument)]

    def having(self, **changes: Any) -> ValidCall:
        """Another right call."""
        other = object.__new__(ValidCall)
        vars(other).update(vars(self))
        other.arrays = tuple(changes.pop(n, each) for n, each in zip(self.positional, self.arrays, strict=False))
        other.options = {**self.options, **changes}
        return other

    def of(self, loss: str) -> ValidCall:
        """The same call of another loss."""
        other = self.having()
        other.name = loss
        return other

    def but(self, error: type[Exception], argument: str, value: Any, must: str, got: str | None = None) -> Invalid:
        """The call with another value of one argument; what came is said as for that kind of error."""
        if isinstance(value, np.generic):  # an entry of an array: a 0-d array in every library
            value = np.asarray(value)
        found = shown(error, argument, value) if got is None else got
        label = str(value.dtype if error is al.DTypeError else value.shape) if hasattr(value, "dtype") else repr(value)
        bad = self.having(**{argument: value})
        message = f"{self.name}: `{argument}` must {must}, got {found}"
        return Invalid(f"{argument} {label}", bad.arrays, bad.options, error, message)

    def value(
        self, argument: str, index: tuple[int, ...], value: Any, must: str, *, spoiled: Any = None, got: str = ""
    ) -> Invalid:
        """The call with one bad value in an array; `spoiled` is where that shows, if not at the same index."""
        array = self[argument].copy()
        array[index] = value
        found = f"{got or value} at position ({', '.join(map(str, index))}){self.advice(argument, must)}"
        bad = self.but(al.DomainError, argument, array, must, found)
        label = f"{argument} {value} in {array.dtype}"
        return bad._replace(label=label, sound=self.arrays, spoiled=index if spoiled is None else spoiled)

    def advice(self, argument: str, must: str) -> str:
        """What the error adds where values that should be probabilities may be logits."""
        if argument != self.positional[0] or must != "hold values in [0, 1]":
            return ""
        if self.name == "binary_cross_entropy":
            return "; logits are for `binary_cross_entropy_with_logits`"
        return (
            f"; logits need {'an `activation`' if 'activation' in self.parameters else 'a sigmoid or a softmax first'}"
        )

    def refused(self, label: str, arrays: tuple[Any, ...], options: dict[str, Any], text: str) -> Invalid:
        """Arguments that do not fit the signature."""
        return Invalid(label, arrays, {**self.options, **options}, al.ArgumentError, f"{self.name}: {text}")


def shown(error: type[Exception], argument: str, value: Any) -> str:
    if hasattr(value, "dtype"):
        return f"{{{argument}.dtype}}" if error is al.DTypeError else str(value.shape)
    if isinstance(value, str):
        return f'"{value}"'
    return f"a {type(value).__name__}" if isinstance(value, tuple | list | dict) else repr(value)
