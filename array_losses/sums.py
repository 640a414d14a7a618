"""`Sums`: what a loss adds up before its last step.

A loss is a sum, then a finish. Kept apart, the sums of micro-batches, devices or files merge by `+`
into exactly the loss of everything as one batch.
"""

from __future__ import annotations

from typing import Any, Protocol

from .errors import MergeError, OptionError, describe, fail


class Finish(Protocol):
    """The last step of one loss with its options; equal for what may be merged."""

    def __call__(self, parts: tuple[Any, ...], reduction: str) -> Any: ...


class Sums:
    """Additive statistics of a loss; `+` merges them, `loss()` finishes them.

    Every part is additive, constants included: these are kept beside the number of merged `Sums`, so that a
    plain addition of all parts (``+``, ``jax.lax.psum``, an all-reduce) is right.
    """

    __slots__ = ("finish", "parts")

    def __init__(self, parts: tuple[Any, ...], finish: Finish) -> None:
        self.parts, self.finish = tuple(parts), finish

    def loss(self, reduction: str = "mean") -> Any:
        """The loss of everything merged so far: its "mean" (with its normalizer) or its "sum"."""
        if reduction not in ("mean", "sum"):
            fail(OptionError, "Sums.loss", "reduction", 'be "mean" or "sum"', describe(reduction))
        return self.finish(self.parts, reduction)

    def __add__(self, other: object) -> Sums:
        if isinstance(other, int) and other == 0:  # the start value of sum()
            return self
        if not isinstance(other, Sums):
            return NotImplemented
        if self.finish != other.finish or len(self.parts) != len(other.parts):
            raise MergeError(
                "Sums: only the sums of one loss with the same options can be added, "
                f"got {self.finish} and {other.finish}"
            )
        return Sums(tuple(a + b for a, b in zip(self.parts, other.parts, strict=True)), self.finish)

    __radd__ = __add__

    def __repr__(self) -> str:
        return f"Sums({self.finish}, parts={self.parts})"

    def __reduce__(self) -> Any:
        return Sums, (self.parts, self.finish)


class ComposedSums:
    """The sums of a composition ``a * loss + b * other``: merged and finished term by term."""

    __slots__ = ("scales", "terms")

    def __init__(self, terms: tuple[Any, ...], scales: tuple[float, ...]) -> None:
        self.terms, self.scales = tuple(terms), scales

    def loss(self, reduction: str = "mean") -> Any:
        """The composed loss of everything merged so far."""
        losses = [scale * term.loss(reduction) for scale, term in zip(self.scales, self.terms, strict=True)]
        return sum(losses[1:], start=losses[0])

    def __add__(self, other: object) -> ComposedSums:
        if isinstance(other, int) and other == 0:
            return self
        if not isinstance(other, ComposedSums):
            return NotImplemented
        if self.scales != other.scales:
            raise MergeError(f"Sums: compositions with factors {self.scales} and {other.scales} cannot be added")
        return ComposedSums(tuple(a + b for a, b in zip(self.terms, other.terms, strict=True)), self.scales)

    __radd__ = __add__

    def __repr__(self) -> str:
        return " + ".join(f"{scale} * {term!r}" for scale, term in zip(self.scales, self.terms, strict=True))


PYTREES = (
    (Sums, lambda sums: (list(sums.parts), sums.finish)),
    (ComposedSums, lambda sums: (list(sums.terms), sums.scales)),
)
"""Each class with its children and constants; the backends that know pytrees register them."""
