"""`Sums`: the additive statistics of a loss, of which its last step makes the result.

A loss is a sum, then a finish. Kept apart, the sums of micro-batches, devices or files merge by `+`
into exactly the loss of everything as one batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from .errors import MergeError, OptionError, describe, fail
from .typing import Array

Parts = tuple[Array, ...]


class Finish(Protocol):
    """The last step of one loss with its options; equal for what may be merged."""

    @property
    def loss(self) -> str: ...
    @property
    def options(self) -> tuple[tuple[str, Any], ...]: ...
    @property
    def dtype(self) -> str: ...

    def __call__(self, parts: Parts, reduction: str) -> Any:
        """The loss of everything added up."""

    def merged(self, parts: Parts, rests: Parts, others: Parts, other_rests: Parts) -> tuple[Parts, Parts]:
        """The parts and rests of both, added up without drift."""

    def zeros(self, parts: Parts) -> Parts:
        """Zeros like the parts."""


F = TypeVar("F")
FINISHES: dict[str, Any] = {}
"""Every class of finishes by its name, for those that are read from a text."""


def keep_finish(cls: type[F]) -> type[F]:
    """The class, kept among `FINISHES`: a named tuple of plain data, of which `finish` alone may be a function."""
    FINISHES[cls.__name__] = cls
    return cls


class Sums:
    """Additive statistics of a loss; `+` merges them, `loss()` finishes them.

    Each part is a pair, the sum and the rest that its rounding left out, so that counts are exact and totals do not
    drift, however many are merged. Every part is additive, constants included: these are kept beside the number of
    merged `Sums`, so that a plain addition leaf by leaf (``jax.tree.map``, ``jax.lax.psum``, an all-reduce) is right
    too, to the rounding of one addition.

    .. versionadded:: 0.1
    """

    __slots__ = ("finish", "parts", "rests")

    def __init__(self, parts: Parts, finish: Finish, rests: Parts | None = None) -> None:
        self.parts, self.finish = tuple(parts), finish
        self.rests = finish.zeros(self.parts) if rests is None else tuple(rests)

    @staticmethod
    def zero(loss: Callable[..., Any], *arrays: Any, **options: Any) -> Any:
        """The `Sums` of nothing, to start from: the carry of a scan, the first of a stream.

        Parameters
        ----------
        loss : callable
            A loss function, a loss object or a composition.
        *arrays, **options
            A batch, as the loss takes it; it tells shapes, dtypes, library and device.

        Returns
        -------
        Sums
            What added to the `Sums` of such batches changes nothing; its own loss is 0.

        Examples
        --------
        >>> import numpy as np
        >>> import array_losses as al
        >>> x, y = np.array([1.0, 3.0]), np.zeros(2)
        >>> total = al.Sums.zero(al.mse_loss, x, y)
        >>> float(total.loss()), float((total + al.mse_loss(x, y, reduction="sums")).loss())
        (0.0, 5.0)
        """
        if "reduction" in options:
            fail(OptionError, "Sums.zero", "reduction", "be left out", describe(options["reduction"]))
        return loss(*arrays, **options, reduction="sums").zeros()

    def zeros(self) -> Sums:
        """The zero of what these may be merged with."""
        return Sums(self.finish.zeros(self.parts), self.finish)

    def loss(self, reduction: str = "mean") -> Any:
        """The loss of everything merged so far: its "mean" (with its normalizer) or its "sum"."""
        if not isinstance(reduction, str) or reduction not in ("mean", "sum"):
            fail(OptionError, "Sums.loss", "reduction", 'be "mean" or "sum"', describe(reduction))
        return self.finish(self.totals(), reduction)

    def totals(self) -> tuple[Any, ...]:
        """The parts with what rounding left of them."""
        return tuple([part + rest for part, rest in zip(self.parts, self.rests, strict=True)])

    def __add__(self, other: object) -> Sums:
        if isinstance(other, int) and other == 0:  # the start value of sum()
            return self
        if not isinstance(other, Sums):
            return NotImplemented
        if self.finish != other.finish or len(self.parts) != len(other.parts):
            raise MergeError(
                "Sums: only the sums of one loss with the same options can be added, "
                f"got {difference(self.finish, other.finish)}"
            )
        parts, rests = self.finish.merged(self.parts, self.rests, other.parts, other.rests)
        return Sums(parts, self.finish, rests)

    __radd__ = __add__

    def __repr__(self) -> str:
        return f"Sums({self.finish}, parts={self.parts})"

    def __reduce__(self) -> Any:
        return Sums, (self.parts, self.finish, self.rests)


def difference(one: Finish, other: Finish) -> str:
    """The difference between two finishes, in words."""
    if one.loss != other.loss:
        return f"{one.loss} and {other.loss}"
    mine, theirs = dict(one.options), dict(other.options)
    unlike = [name for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)]
    if not unlike:
        return f"{one.loss} in {one.dtype} and in {other.dtype}"
    shown = [", ".join(f"{name}={short(each.get(name))}" for name in unlike) for each in (mine, theirs)]
    return f"{one.loss} with {shown[0]} and with {shown[1]}"


def short(value: object) -> str:
    """A value in a few characters."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


class ComposedSums:
    """The sums of a composition ``a * loss + b * other``: merged and finished term by term."""

    __slots__ = ("scales", "terms")

    def __init__(self, terms: tuple[Any, ...], scales: tuple[float, ...]) -> None:
        self.terms, self.scales = tuple(terms), scales

    def zeros(self) -> ComposedSums:
        """The zero of what these may be merged with."""
        return ComposedSums(tuple([term.zeros() for term in self.terms]), self.scales)

    def loss(self, reduction: str = "mean") -> Any:
        """The composed loss of everything merged so far."""
        losses = [scale * term.loss(reduction) for scale, term in zip(self.scales, self.terms, strict=True)]
        return sum(losses[1:], start=losses[0])

    def __add__(self, other: object) -> ComposedSums:
        if isinstance(other, int) and other == 0:
            return self
        if not isinstance(other, ComposedSums):
            return NotImplemented
        if [type(each) for each in self.terms] != [type(each) for each in other.terms]:
            raise MergeError("Sums: compositions of different losses cannot be added")
        if self.scales != other.scales:
            raise MergeError(f"Sums: compositions with factors {self.scales} and {other.scales} cannot be added")
        return ComposedSums(tuple(a + b for a, b in zip(self.terms, other.terms, strict=True)), self.scales)

    __radd__ = __add__

    def __repr__(self) -> str:
        return " + ".join(f"{scale} * {term!r}" for scale, term in zip(self.scales, self.terms, strict=True))

    def __reduce__(self) -> Any:
        return ComposedSums, (self.terms, self.scales)


def sums_of_leaves(leaves: Any, finish: Finish) -> Sums:
    """The `Sums` of a pytree's leaves: the parts, then the rests."""
    half = len(leaves) // 2
    return Sums(tuple(leaves[:half]), finish, tuple(leaves[half:]))


PYTREES: tuple[tuple[type, Callable[[Any], Any], Callable[[Any, Any], Any]], ...] = (
    (Sums, lambda sums: ([*sums.parts, *sums.rests], sums.finish), sums_of_leaves),
    (ComposedSums, lambda sums: (list(sums.terms), sums.scales), ComposedSums),
)
"""Each class, how it comes apart into children and constants, and how it is made of these again; the backends that know
pytrees register them."""
