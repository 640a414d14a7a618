"""Composite losses: a weighted sum of losses on the same arrays, each with its own divisor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..arguments import Arguments
from ..errors import ArrayLossesError, OptionError, ShapeError, describe, fail
from ..numerics import times
from ..options import PLAIN
from ..reduction import check_options
from ..sums import ComposedSums, Sums
from .base import Family, P, R
from .frame import place_mask, place_weight
from .function import family_of, make_loss
from .hyperparameters import hyperparameters, usable
from .labels import class_axis
from .layout import Layout

Results = Sequence[tuple[Any, Any]]
"""What the losses of a call give, each behind its factor."""


class Composite(Family):
    """The formula takes the arrays and all options, and returns the results of losses of `parts`, (factor, result).

    `names` are those of the results; `classes` is the number of classes where that is fixed, else 0.
    """

    unreduced, composite = False, True
    where_doc = " of the pixels, of shape (N, *S)"

    def __init__(
        self, body: Any, *, parts: tuple[Callable[..., Any], ...], names: tuple[str, ...], classes: int, **record: Any
    ) -> None:
        super().__init__(body, **record)
        self.parts, self.names, self.classes = parts, names, classes

    def layout(self, options: Mapping[str, Any]) -> Layout:
        """The layout of the first part, whose arrays all parts share; weights are those of the samples."""
        found = family_of(self.parts[0]).layout({**self.signature.defaults, **options, "batch": False})
        return Layout(found.roles, found.where[:1], found.where, found.axis)

    def structure(self, options: dict[str, Any], ndim: int) -> str | int:  # noqa: ARG002
        return "dense"

    def unreduced_shape(self, shape: tuple[int, ...], options: Mapping[str, Any]) -> tuple[int, ...] | None:  # noqa: ARG002
        return None

    def __call__(self, values: dict[str, Any]) -> Any:
        return added(self.results(values))

    def with_parts(self, values: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """The loss, and its parts by name."""
        results = self.results(values)
        return added(results), {name: added([each]) for name, each in zip(self.names, results, strict=True)}

    def results(self, values: dict[str, Any]) -> Results:
        """The factor and the result of each part."""
        call = self.arguments_of(values)
        check_options(call, values["reduction"], values["normalizer"])
        self.check_fixed(self.name, values["reduction"], values["normalizer"])
        plain, hyper_arrays, checks = hyperparameters(call, self.signature, values)
        for name in self.arrays[1:]:
            value = values[name]
            if (value is not None or name in self.signature.required) and type(value) not in (int, float):
                array = call.place(name, value)
                call.placed[name] = call.backend.as_ids(array) if call.kind(array) == "integer" else array
        arrays = {name: call.backend.cast(each, call.compute) for name, each in usable(hyper_arrays, checks).items()}
        given = {**values, **call.placed, **plain, **arrays, **self._placed(call, values)}
        given[call.first] = call.backend.cast(call.array, call.compute)  # the derivatives of the parts are added up
        try:
            results: Results = self.formula(**given)
        except ArrayLossesError as error:
            raise self._renamed(error) from None
        if values["reduction"] == "sums":
            self._check_factors(results, given)
        return results

    def check_fixed(self, name: str, reduction: object, normalizer: object) -> None:
        """Refuse what has no one meaning for all parts."""
        if reduction == "none":
            expected = 'be "mean", "sum" or "sums": its parts have different shapes'
            fail(OptionError, name, "reduction", expected, '"none"')
        if normalizer is not None and not isinstance(normalizer, str):
            expected = 'be None, "weights" or "count": each part has its own divisor'
            fail(OptionError, name, "normalizer", expected, describe(normalizer))

    def _check_factors(self, results: Results, given: Mapping[str, Any]) -> None:
        """Refuse factors that are arrays: sums with different ones would be added up."""
        for factor, _ in results:
            if type(factor) not in PLAIN:
                name = next(name for name, each in given.items() if each is factor)
                fail(OptionError, self.name, name, 'be a plain number for reduction="sums"', describe(factor))

    def _placed(self, call: Arguments, values: dict[str, Any]) -> dict[str, Any]:
        """The mask of the pixels with all its axes, and the weights of the samples."""
        shape, axis = tuple(call.array.shape), values["axis"]
        letters = "(N, *S)" if axis is None else "(N, C, *S)"
        if len(shape) < 1 + (axis is not None):
            fail(ShapeError, self.name, call.first, f"have shape {letters}", str(shape))
        axis = len(shape) if axis is None else class_axis(call, axis)
        if self.classes and shape[axis] != self.classes:
            fail(ShapeError, self.name, call.first, f"have {self.classes} classes along axis {axis}", str(shape))
        pixels = shape[:axis] + shape[axis + 1 :]
        return {
            "where": place_mask(call, values["where"], pixels, "(N, *S)"),
            "sample_weight": place_weight(call, values["sample_weight"], shape[:1], "(N,)"),
        }

    def _renamed(self, error: ArrayLossesError) -> ArrayLossesError:
        """The error of a part, said by the whole."""
        name, _, text = str(error).partition(": ")
        ours = any(name == family_of(part).name for part in self.parts)
        return type(error)(f"{self.name}: {text}") if ours else error


def added(results: Results) -> Any:
    """The weighted sum; of `Sums` those of a composition."""
    if isinstance(results[0][1], Sums):
        return ComposedSums(tuple([each for _, each in results]), tuple([factor for factor, _ in results]))
    first, *others = [times(factor, each) for factor, each in results]
    return sum(others, start=first)


def composite(
    *,
    parts: tuple[Callable[..., Any], ...],
    names: tuple[str, ...],
    classes: int = 0,
    tasks: tuple[str, ...],
    torch: str | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula that calls the losses of `parts` and returns their results: (factor, result) of each.

    `names` are those of the results, for `with_parts`; `classes` is the number of classes where that is fixed.
    """

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        return make_loss(Composite(body, parts=parts, names=names, classes=classes, tasks=tasks, torch=torch))

    return decorate
