"""Sets of numbers: intervals with open or closed ends, and a few single numbers."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple

from .constants import NEUTRAL

Extremes = Callable[[Any], tuple[Any, Any]]
"""What tells the least and the largest value of an array of its library; NaN if it holds one."""


class Interval(NamedTuple):
    """The numbers between two ends, each of which may be left out."""

    low: float = -inf
    high: float = inf
    low_open: bool = False
    high_open: bool = False

    def holds(self, x: Any) -> Any:
        """Whether a number is inside, or a mask of those of an array; NaN is not.

        Without `|`: torch.compile would keep that for a derivative. Without what always holds: it compares that too.
        """
        above = x > self.low if self.low_open else x >= self.low
        if self.high == inf and not self.high_open:
            return above
        below = x < self.high if self.high_open else x <= self.high
        return below if self.low == -inf and not self.low_open else above & below

    def valid(self, x: Any) -> Any:
        """A mask of what is inside; NaN passes, to show up as NaN."""
        return self.holds(x) | (x != x)

    def spans(self, low: Any, high: Any) -> Any:
        """Whether numbers whose extremes these are lie inside."""
        return self.holds(low) & self.holds(high)

    def encloses(self, x: Any, extremes: Extremes) -> bool:
        """Whether an array's extremes tell that all its values lie inside; NaN does not."""
        return bool(self.spans(*extremes(x)))

    @property
    def neutral(self) -> float:
        """A number inside, for what is masked."""
        return NEUTRAL if self.holds(NEUTRAL) else self.low if self.low > -inf else self.high

    @property
    def finite(self) -> Interval:
        """The finite numbers inside."""
        return self._replace(low_open=self.low_open or self.low == -inf, high_open=self.high_open or self.high == inf)

    @property
    def closed(self) -> bool:
        """Whether both ends belong to it."""
        return not (self.low_open or self.high_open)

    def widened(self, slack: float) -> Interval:
        """The interval with room for rounding at its closed ends."""
        low = self.low if self.low_open else self.low - slack
        return Interval(low, self.high if self.high_open else self.high + slack, self.low_open, self.high_open)

    @property
    def rule(self) -> str:
        """What an array must do, for messages."""
        return f"hold values in {self}"

    def __str__(self) -> str:
        return f"{'[('[self.low_open]}{self.low:g}, {self.high:g}{'])'[self.high_open]}"


class Numbers(NamedTuple):
    """A few single numbers."""

    numbers: tuple[float, ...]

    @property
    def low(self) -> float:
        """The least of them."""
        return min(self.numbers)

    @property
    def high(self) -> float:
        """The largest of them."""
        return max(self.numbers)

    def holds(self, x: Any) -> Any:
        """Whether a number is one of these, or a mask of those of an array."""
        first, *others = self.numbers
        found = x == first
        for each in others:
            found = found | (x == each)
        return found

    def valid(self, x: Any) -> Any:
        """A mask of these numbers; NaN passes, to show up as NaN."""
        return self.holds(x) | (x != x)

    def encloses(self, x: Any, extremes: Extremes) -> bool:
        """Whether extremes tell that an array holds nothing else: of -1 and 1 those of ``|x|`` do."""
        low, high = self.numbers[0], self.numbers[-1]
        return len(self.numbers) == 2 and low == -high and extremes(abs(x)) == (abs(high), abs(high))

    @property
    def neutral(self) -> float:
        """One of them, for what is masked."""
        return self.numbers[0]

    @property
    def closed(self) -> bool:
        """False: there is no nearest bound."""
        return False

    def widened(self, slack: float) -> Numbers:  # noqa: ARG002
        """The numbers themselves, which are exact."""
        return self

    def __str__(self) -> str:
        return " or ".join(f"{each:g}" for each in self.numbers)

    @property
    def rule(self) -> str:
        """What an array must do, for messages."""
        return f"hold {self}"


Domain = Interval | Numbers
"""The values that an array or a hyperparameter may hold."""
UNIT = Interval(0, 1)
"""Probabilities."""
BITS = Numbers((0, 1))
"""Labels of two classes."""
SIGNS = Numbers((-1, 1))
"""Labels of two classes, as margin losses have them."""
