"""Derivatives by hand: the time of each loss with its own, over the time with those of the numerics alone.

Value and gradient of large arrays, on NumPy and in torch's blocks; what torch would be asked to do as a whole is done
by our formulas here, as in calls with a mask or weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from .case import Case
from .cases import cases
from .libraries import BOTH, LIBRARIES, Work
from .timing import Interleaved, interleave

ELEMENTS = 4_000_000
TAKING_PART = ("numpy", "torch")


class Line(NamedTuple):
    """One loss on one library."""

    name: str
    library: str
    found: Interleaved

    @property
    def gain(self) -> float:
        """How many times as long the rules of the numerics take."""
        return 1 / self.found.ratio.median


def lines(budget: float, losses: tuple[str, ...] = (), elements: int = ELEMENTS) -> Iterator[Line]:
    """A line for each loss with a derivative by hand, and each library."""
    for case in cases():
        if not case.heavy and (not losses or case.loss in losses) and family(case).derivative is not None:
            for library in TAKING_PART:
                yield Line(case.name, library, interleave(*works(case, library, elements), budget))


def family(case: Case) -> Any:
    import array_losses as al
    from array_losses.families.function import family_of

    return family_of(getattr(al, case.loss))


def works(case: Case, library: str, elements: int) -> tuple[Work, Work]:
    """The value and the gradient with the derivative by hand, and without."""
    home, loss = LIBRARIES[library]("cpu"), case.ours()
    assert loss is not None
    arrays = tuple(home.array(each) for each in case.draw(np.random.default_rng(0), elements))
    work = home.work(loss, arrays, BOTH, case.wrt)

    def by_hand() -> Any:
        with only_ours():
            return work.run()

    def by_rules() -> Any:
        with only_ours(), without_derivative(case):
            return work.run()

    return Work(by_hand, work.finish), Work(by_rules, work.finish)


@contextmanager
def without_derivative(case: Case) -> Iterator[None]:
    """The loss without its derivative by hand."""
    its = family(case)
    its.derivative, kept = None, its.derivative
    try:
        yield
    finally:
        its.derivative = kept


@contextmanager
def only_ours() -> Iterator[None]:
    """No loss is delegated to torch as a whole."""
    import torch

    from array_losses.backends import backend_of
    from array_losses.evaluation import executor_of

    executor: Any = executor_of(backend_of(torch.ones(())))
    executor.delegate = lambda *_: None
    try:
        yield
    finally:
        del executor.delegate


def table(found: list[Line]) -> str:
    """The lines as text."""
    wide = max(len(each.name) for each in found)
    rows = [
        f"{each.name:<{wide}}  {each.library:<6}  {1e3 * each.found.ours.median:8.2f}  "
        f"{1e3 * each.found.theirs.median:8.2f}  {each.gain:5.2f}"
        for each in found
    ]
    return "\n".join([f"{'ms, value and gradient':<{wide}}  {'':6}   by hand  by rules   gain", *rows])
