"""Schedules: factors of a composition that go with the step of training, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from numbers import Real
from typing import Any

from .backends import backend_of
from .errors import DTypeError, OptionError, describe, fail
from .host import frozen, is_host


class Schedule:
    """A number that goes with the step of training, linearly from point to point, constant before and after them.

    Multiplied with a loss it makes a composition that is called with a step, or asked for the composition at one.

    .. versionadded:: 0.1

    Parameters
    ----------
    steps : sequence of numbers
        Where the points lie, two at least, increasing.
    values : sequence of numbers
        The number at each point.

    Raises
    ------
    OptionError, DTypeError
        The points are no such numbers.

    Notes
    -----
    A call with a step, ``loss(input, target, step=step)``, takes a number, or a 0-d array, also one that is traced:
    what is compiled is compiled once. ``loss.at(step)`` takes a number alone, and gives a composition of plain factors.
    In a file it is ``scale = {steps = [0, 1000], values = [0.0, 1.0]}``.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> warmup = al.Schedule(steps=[0, 1000], values=[0.0, 1.0])
    >>> warmup(250)
    0.25
    >>> loss = al.MSELoss() + warmup * al.L1Loss()
    >>> loss.at(500)
    1 * MSELoss() + 0.5 * L1Loss()
    >>> float(loss(np.array([2.0]), [0.0], step=250))
    4.5
    """

    __slots__ = ("steps", "values")
    __array_ufunc__ = None
    steps: tuple[float, ...]
    values: tuple[float, ...]

    def __init__(self, steps: Sequence[float], values: Sequence[float]) -> None:
        for name, given in (("steps", steps), ("values", values)):
            object.__setattr__(self, name, _numbers(name, given))
        if len(self.steps) < 2 or any(b <= a for a, b in zip(self.steps, self.steps[1:], strict=False)):
            fail(OptionError, "Schedule", "steps", "be two increasing numbers at least", _few(self.steps))
        if len(self.values) != len(self.steps):
            expected = f"be as many numbers as there are steps, {len(self.steps)}"
            fail(OptionError, "Schedule", "values", expected, _few(self.values))

    def __call__(self, step: Any, dtype: Any = None) -> Any:
        """The number at a step: a float, or for a 0-d array one in a floating dtype, the library's own by default."""
        step = checked_step("Schedule", step)
        if isinstance(step, int | float):
            return self._at(step, lambda share: min(max(share, 0.0), 1.0))
        backend = backend_of(step)
        if dtype is None:
            dtype = step.dtype if backend.kind(step.dtype) == "real" else backend.default_float()
        return self._at(backend.cast(step, dtype), lambda share: backend.xp.clip(share, 0.0, 1.0))

    def _at(self, step: Any, clipped: Any) -> Any:
        total: Any = self.values[0]
        for i in range(len(self.steps) - 1):
            share = clipped((step - self.steps[i]) / (self.steps[i + 1] - self.steps[i]))
            total = total + (self.values[i + 1] - self.values[i]) * share
        return total

    def __mul__(self, factor: Any) -> Schedule:
        number = frozen(factor) if is_host(factor) else factor
        if isinstance(number, bool) or not isinstance(number, Real):
            return NotImplemented
        return Schedule(self.steps, [float(number) * each for each in self.values])

    __rmul__ = __mul__

    def __truediv__(self, divisor: float) -> Schedule:
        return Schedule(self.steps, [each / divisor for each in self.values])

    def plain(self) -> dict[str, list[float]]:
        """Plain data, as it stands in a file."""
        return {"steps": list(self.steps), "values": list(self.values)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schedule) and (self.steps, self.values) == (other.steps, other.values)

    def __hash__(self) -> int:
        return hash((self.steps, self.values))

    def __repr__(self) -> str:
        steps = [int(each) if each.is_integer() else each for each in self.steps]
        return f"Schedule(steps={steps}, values={list(self.values)})"

    def __reduce__(self) -> Any:
        return Schedule, (self.steps, self.values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Schedule is frozen")


def checked_step(function: str, step: Any) -> Any:
    """A step: a float, or a 0-d array."""
    if getattr(step, "shape", None) == () and hasattr(step, "dtype"):
        try:
            step = frozen(step)  # a plain number where looking is free
        except TypeError:  # of no library
            fail(DTypeError, function, "step", "be a finite number or a 0-d array of such", describe(step))
    if isinstance(step, int | float) and not isinstance(step, bool):
        if not isfinite(step):
            fail(OptionError, function, "step", "be a finite number or a 0-d array of such", describe(step))
        return step
    array = getattr(step, "shape", None) == () and hasattr(step, "dtype")
    if not array or backend_of(step).kind(step.dtype) not in ("half", "real", "integer"):
        fail(DTypeError, function, "step", "be a finite number or a 0-d array of such", describe(step))
    return step


def _numbers(name: str, given: Any) -> tuple[float, ...]:
    """Finite plain numbers."""
    plain = frozen(given) if is_host(given) else given
    if not isinstance(plain, tuple) or any(isinstance(each, bool) or not isinstance(each, Real) for each in plain):
        fail(DTypeError, "Schedule", name, "be a list of numbers", describe(given))
    try:
        numbers = tuple([float(each) for each in plain])
    except OverflowError:
        fail(OptionError, "Schedule", name, "hold finite numbers", "one too large for a float")
    for each in numbers:
        if not isfinite(each):
            fail(OptionError, "Schedule", name, "hold finite numbers", describe(each))
    return tuple([each + 0.0 for each in numbers])  # never -0.0


def _few(numbers: tuple[float, ...]) -> str:
    shown = [f"{each:g}" for each in numbers[:6]]
    return f"[{', '.join(shown)}{', ...' if len(numbers) > 6 else ''}]"
