"""Compositions: weighted sums of losses on the same arrays, ``0.7 * al.DiceLoss() - 0.3 * al.FocalLoss()``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NoReturn, cast, overload

from .backends import backend_of
from .composable import CONFIG_VERSION, Composable, Pairs, Terms, checked_factor, refuse_option, refuse_term
from .errors import ArgumentError, DTypeError, NamespaceError, OptionError, describe, fail
from .families.function import family_of
from .schedules import Schedule, checked_step
from .sums import ComposedSums, Sums
from .typing import ArrayLike, ArrayT

if TYPE_CHECKING:
    from .objects import Loss


class Composition(Composable):
    """A weighted sum of losses on the same arrays.

    A factor may be a `Schedule`; such a composition is called with a step of training.

    .. versionadded:: 0.1
    """

    __slots__ = ("__weakref__", "_terms")
    _terms: Pairs

    def __init__(self, terms: Pairs) -> None:
        object.__setattr__(self, "_terms", tuple([_checked_term(each) for each in terms]))
        if not self._terms:
            fail(OptionError, "Composition", "terms", "hold one loss at least", "none")

    def terms(self) -> Terms:
        for scale, loss in self._terms:
            if isinstance(scale, Schedule):
                raise ArgumentError(
                    f"Composition: the factor of {type(loss).__name__} is a schedule; write loss.at(step).terms()"
                )
        return cast("Terms", self._terms)

    def pairs(self) -> Pairs:
        return self._terms

    def at(self, step: float) -> Composition:
        number = checked_step("Composition", step)
        if hasattr(number, "shape"):
            expected = "be a plain number in `at`; an array goes to the call, loss(..., step=step)"
            fail(DTypeError, "Composition", "step", expected, describe(step))
        pairs = [(scale(number) if isinstance(scale, Schedule) else scale, loss) for scale, loss in self._terms]
        return Composition(tuple(pairs))

    @overload
    def __call__(self, /, *arrays: ArrayLike, reduction: Literal["sums"], **options: Any) -> ComposedSums: ...
    @overload
    def __call__(
        self, input: ArrayT, /, *arrays: ArrayLike, reduction: Literal["mean", "sum", "none"] = ..., **options: Any
    ) -> ArrayT: ...
    @overload
    def __call__(self, /, **arrays_and_options: Any) -> Any: ...
    def __call__(self, /, *arrays: Any, step: Any = None, **options: Any) -> Any:
        """The weighted sum of the losses of these arrays; with ``reduction="sums"`` of their `Sums`.

        `step`, a number or a 0-d array, is that of the schedules. Options given here go to every term. A number as
        `normalizer` divides every term, so it is an error where their unreduced losses have not one shape.
        """
        return self.call_with(({},) * len(self._terms), arrays, options, step)

    def call_with(
        self, own: Sequence[Mapping[str, Any]], arrays: tuple[Any, ...], options: dict[str, Any], step: Any = None
    ) -> Any:
        self.check_number(arrays, options)
        losses = [loss.call_with((its,), arrays, options) for (_, loss), its in zip(self._terms, own, strict=True)]
        return self.added(self.scales(step, losses), losses)

    def added(self, scales: tuple[Any, ...], losses: list[Any]) -> Any:
        """The weighted sum of the losses of terms, or a composition of their `Sums`."""
        merging = [isinstance(each, Sums | ComposedSums) for each in losses]
        if all(merging):
            return ComposedSums(tuple(losses), scales)
        if any(merging):
            reductions = self._named([f"{loss.options['reduction']!r}" for _, loss in self._terms])
            fail(OptionError, "Composition", "reduction", 'be "sums" of every term or of none', reductions)
        shapes = [tuple(each.shape) for each in losses]
        if not alike(shapes):
            shown = self._named(map(str, shapes))
            raise OptionError(f"Composition: unreduced losses of different shapes cannot be added: {shown}")
        total = scales[0] * losses[0]
        for scale, each in zip(scales[1:], losses[1:], strict=True):
            total = total + scale * each
        return total

    def check_number(self, arrays: tuple[Any, ...], options: dict[str, Any]) -> None:
        """Refuse a number as normalizer for terms whose unreduced losses have not one shape."""
        normalizer = options.get("normalizer")
        if normalizer is not None and not isinstance(normalizer, str):
            found = self._unreduced(arrays, options)
            if None not in found and not alike(found):
                why = f"the unreduced losses of the terms have not one shape ({self._named(map(str, found))})"
                self._refuse_number(normalizer, why)

    def scales(self, step: Any, losses: list[Any]) -> tuple[Any, ...]:
        """The factors, at a step where they are schedules: those of an array in the dtype of the loss."""
        if not any(isinstance(scale, Schedule) for scale, _ in self._terms):
            return tuple(scale for scale, _ in self._terms)
        if step is None:
            raise ArgumentError("Composition: `step` is missing: a factor is a schedule; write loss(..., step=step)")
        number = checked_step("Composition", step)
        if hasattr(number, "shape") and any(isinstance(each, Sums | ComposedSums) for each in losses):
            fail(DTypeError, "Composition", "step", 'be a plain number with reduction="sums"', describe(step))
        if hasattr(number, "shape") and backend_of(number).name != backend_of(losses[0]).name:
            expected = f"be a number or a {backend_of(losses[0]).noun}, as the loss is"
            fail(NamespaceError, "Composition", "step", expected, describe(step))
        return tuple(
            scale(number, getattr(each, "dtype", None)) if isinstance(scale, Schedule) else scale
            for (scale, _), each in zip(self._terms, losses, strict=True)
        )

    def replace(self, /, **options: Any) -> Composition:
        """A composition with other options, each changed in every term that has it.

        Parameters
        ----------
        **options
            Options by name. A number as `normalizer` belongs to a term where the unreduced losses of the terms have
            not one shape.

        Returns
        -------
        Composition
            Terms that have none of the options are as they were.

        Raises
        ------
        ArgumentError
            No term has an option of this name.
        OptionError, DTypeError
            An option may not have this value.

        Examples
        --------
        >>> import array_losses as al
        >>> loss = al.FocalLoss() - 0.5 * al.CrossEntropyLoss()
        >>> loss.replace(gamma=1, ignore_index=255)
        1 * FocalLoss(gamma=1.0, ignore_index=255) - 0.5 * CrossEntropyLoss(ignore_index=255)
        """
        known = {name: None for _, loss in self._terms for name in loss.options}
        for name in options:
            if name not in known:
                required = {each for _, loss in self._terms for each in family_of(loss.function).signature.required}
                refuse_option("Composition", name, known, required)
        made = Composition(tuple([(scale, _replaced(loss, options)) for scale, loss in self._terms]))
        normalizer = options.get("normalizer")
        if normalizer is not None and not isinstance(normalizer, str) and not made._always_alike():
            self._refuse_number(normalizer, "the unreduced losses of the terms need not have one shape")
        return made

    __replace__ = replace

    def _unreduced(self, arrays: tuple[Any, ...], options: dict[str, Any]) -> list[Any]:
        """The shape of each term's unreduced loss; None where the term will refuse the arguments."""
        shapes = []
        for _, loss in self._terms:
            family = family_of(loss.function)
            bound = family.signature.bind(arrays, options)
            values = {**bound, **loss.options, **{name: bound[name] for name in options}}
            sizes = getattr(values[family.main_argument], "shape", None)
            shapes.append(None if sizes is None else family.unreduced_shape(tuple(sizes), values))
        return shapes

    def _refuse_number(self, normalizer: Any, why: str) -> NoReturn:
        given = describe(normalizer)
        example = given if isinstance(normalizer, int | float) else "..."
        expected = (
            f'be None, "weights" or "count" where {why}; a number belongs to a term: '
            f"{type(self._terms[0][1]).__name__}(normalizer={example})"
        )
        fail(OptionError, "Composition", "normalizer", expected, given)

    def _always_alike(self) -> bool:
        """Whether the unreduced losses of the terms have one shape whatever the input: tried on a few."""
        tried = [
            [family_of(loss.function).unreduced_shape(sizes, loss.options) for _, loss in self._terms]
            for sizes in ((2,), (2, 3), (2, 3, 4), (2, 3, 5), (2, 3, 5, 7))
        ]
        return all(None in shapes or alike(shapes) for shapes in tried)

    def _named(self, words: Iterable[str]) -> str:
        """The words said of the terms, each behind the name of its loss."""
        names = [type(loss).__name__ for _, loss in self._terms]
        return ", ".join(f"{name} {word}" for name, word in zip(names, words, strict=True))

    def to_config(self) -> dict[str, Any]:
        return {
            "version": CONFIG_VERSION,
            "sum": [{"scale": _plain(scale), **loss.plain()} for scale, loss in self._terms],
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Composition) and self._terms == other._terms

    def __hash__(self) -> int:
        return hash(self._terms)

    def __repr__(self) -> str:
        first, *others = self._terms
        shown = [f"{_shown(first[0])} * {first[1]!r}"]
        for scale, loss in others:
            text = _shown(scale)
            shown.append(f"{'-' if text[0] == '-' else '+'} {text.removeprefix('-')} * {loss!r}")
        return " ".join(shown)

    def __reduce__(self) -> Any:
        return Composition, (self._terms,)


def alike(shapes: list[Any]) -> bool:
    """Whether all shapes are the same; sizes, which may be symbols, are only compared where there are as many."""
    first = shapes[0]
    return all(len(each) == len(first) and each == first for each in shapes[1:])


def _checked_term(term: Any) -> tuple[float | Schedule, Loss]:
    """A pair of a factor and a loss."""
    if not isinstance(term, tuple | list) or len(term) != 2:
        fail(OptionError, "Composition", "terms", "hold pairs (factor, loss)", describe(term))
    scale, loss = term
    if isinstance(loss, Composition) or not isinstance(loss, Composable):
        refuse_term(loss)
    factor = scale if isinstance(scale, Schedule) else checked_factor("Composition", "factor", scale)
    return factor, cast("Loss", loss)


def _replaced(loss: Loss, options: dict[str, Any]) -> Loss:
    own = {name: value for name, value in options.items() if name in loss.options}
    return loss.replace(**own) if own else loss


def _plain(scale: float | Schedule) -> Any:
    """A factor as plain data."""
    return scale.plain() if isinstance(scale, Schedule) else scale


def _shown(scale: float | Schedule) -> str:
    return repr(scale) if isinstance(scale, Schedule) else repr(scale).removesuffix(".0")
