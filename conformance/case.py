"""The record of a loss: samples, and a reference that says what each of them must give. Tests are made from these."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np

import array_losses as al

from .benchmark import Benchmark
from .peer import PEERS, Defect, Peer

Demo = tuple[str, ...] | Mapping[str, tuple[str, ...]]

REDUCTIONS = ("none", "mean", "sum")
NORMALIZERS = (None, "weights", "count", 7.5)


def reductions(loss: Callable[..., Any]) -> tuple[str, ...]:
    """The reductions of a loss to arrays, the one that tells most first: "none", where it has that."""
    return REDUCTIONS if has_unreduced(loss) else REDUCTIONS[1:]


def normalizers(loss: Callable[..., Any]) -> tuple[Any, ...]:
    """The normalizers that a loss takes; a number only where there is one divisor."""
    return NORMALIZERS if has_unreduced(loss) else NORMALIZERS[:-1]


def has_unreduced(loss: Callable[..., Any]) -> bool:
    """Whether a loss has `reduction="none"`; so has one that says nothing of itself."""
    return getattr(getattr(loss, "family", None), "unreduced", True)


@dataclass(frozen=True)
class Sample:
    """One call of a loss, as NumPy data."""

    label: str
    arrays: tuple[np.ndarray, ...]
    """In the order of the function's positional arrays: float64, ids int64, masks boolean."""
    options: dict[str, Any] = field(default_factory=dict)
    """Keyword arguments but `reduction` and `normalizer`; weights and masks among them as NumPy arrays."""
    smooth: bool = True
    """False at kinks and ties, at the edge of a domain and at infinities: no difference quotients there.

    NaN and inf that are masked or ignored leave a sample smooth: the derivative there is 0.
    """
    terms: float = 0.0
    """Where the derivatives are 0 because terms cancel, their size: what is left is rounding, of which each backend has
    its own."""


class Kink(NamedTuple):
    """A place without a derivative, and the subgradient that the docstring states."""

    label: str
    arrays: tuple[np.ndarray, ...]
    gradient: np.ndarray
    """Of the sum, with respect to the first array."""
    options: dict[str, Any] = {}  # noqa: RUF012, read only


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a sample must give, before any reduction."""

    loss: np.ndarray
    """Unreduced, float64, weighted by `weight` and `sample_weight`, 0 where masked or ignored."""
    weight: np.ndarray
    """What each element counts in the divisor "weights", 0 where masked or ignored."""
    kept: np.ndarray
    """Boolean: what counts in the divisor "count"."""
    divisor: str
    """The loss's own divisor: "weights", "count" or "own"."""
    own: float | None = None
    """The divisor "own" (SSD: the positives); the mean divides by 1 where it is less."""
    sizes: np.ndarray | None = None
    """What each loss is divided by in the mean alone (CTC: the length of its target)."""
    parts: np.ndarray | None = None
    """The sizes of the parts of each loss that may cancel, added up, weighted as the loss is."""

    @property
    def size(self) -> int:
        """The number of losses."""
        return self.loss.size

    @property
    def largest(self) -> float:
        """The largest weight, at least 1, of those that are kept; 0 where none is."""
        return float(np.max(np.where(self.kept, np.maximum(self.weight, 1.0), 0.0), initial=0.0))

    @property
    def finite(self) -> bool:
        """Whether all losses are."""
        return bool(np.all(np.isfinite(self.loss)))


class Composed(NamedTuple):
    """What a sample of a loss must give that is a weighted sum of losses, each with its own divisor."""

    terms: tuple[tuple[float, Expected], ...]

    @property
    def size(self) -> int:
        """The number of losses."""
        return sum(each.size for _, each in self.terms)

    @property
    def largest(self) -> float:
        """The largest weight, with the factors."""
        return max(factor * each.largest for factor, each in self.terms)

    @property
    def finite(self) -> bool:
        """Whether all losses are."""
        return all(each.finite for _, each in self.terms)


class Allowance(NamedTuple):
    """How far off a value may be, and why."""

    reason: str = ""
    ulps: float = 4.0
    """In units in the last place."""
    scale: float | None = 0.0
    """These units are taken at this size where the value is smaller: of formulas with a difference, such as 1 - score
    or logit - logsumexp, it is the size of the parts. None: of each loss its own, `Expected.parts`."""


class Invalid(NamedTuple):
    """A call that must be refused."""

    label: str
    arrays: tuple[Any, ...]
    options: dict[str, Any]
    error: type[Exception]
    message: str
    """The whole text, as a user reads it; `{target.dtype}` stands for that dtype as its library writes it, `{gamma}`
    for what it calls such an array."""
    sound: tuple[np.ndarray, ...] = ()
    """Of a bad value: the arrays with a good one in its place."""
    spoiled: tuple[Any, ...] = ()
    """Of a bad value: the index, in the unreduced loss, of what is NaN where nobody looks."""


@dataclass(frozen=True, eq=False)
class Case:
    """All that tests know of one loss."""

    name: str
    loss: Callable[..., Any]
    samples: Callable[[np.random.Generator], Iterable[Sample]]
    reference: Callable[..., Expected | Composed]
    """Called with the arrays and the options of a sample; uses no framework and nothing of the library's numerics."""
    differentiable: tuple[str, ...]
    """Array arguments that one may differentiate, in samples where they are floating."""
    constants: bool = False
    """Whether derivatives take parts of the formula for constants: `reference` also has `held`, the arrays of which
    these parts are taken."""
    kinks: tuple[Kink, ...] = ()
    allowance: Allowance = Allowance()  # noqa: RUF009, immutable
    """How far off a value may be, where that is more than 4 units in the last place."""
    invalid: Callable[[Any], Iterable[Invalid]] = lambda good: ()  # noqa: ARG005
    """Calls that must be refused, made from a `Good` one, beside those that every loss refuses."""
    promises: frozenset[str] = frozenset()
    """Names of relations that hold for this loss (`conformance/properties/`)."""
    peers: Mapping[str, Peer | str] = field(default_factory=dict)
    """Which other projects have this loss (keys as in `peer.PEERS`) and how they are asked, or why they are not; one
    that is left out is not covered."""
    defects: tuple[Defect, ...] = ()
    """Where these projects are wrong about this loss, beside the table of `oracles/defects.py`; as strict."""
    benchmarks: tuple[Benchmark, ...] = ()
    """What `python -m benchmarks` measures."""
    demo: Demo = ()
    """The arrays that `python -m array_losses demo` gives the loss, by their names in `cli/data.py`: in every task,
    or task by task."""

    def __post_init__(self) -> None:
        for key in self.peers:
            if key not in PEERS:
                raise ValueError(f'the case of {self.name}: no peer "{key}"; there are {", ".join(PEERS)}')

    def expected(self, sample: Sample) -> Expected | Composed:
        return self.reference(*sample.arrays, **sample.options)

    def scale(self, expected: Expected | Composed, reduction: str) -> np.ndarray | float:
        """The size of the parts that cancel in a result, of each of its elements or of all."""
        if self.allowance.scale is None:
            assert isinstance(expected, Expected)
            assert expected.parts is not None
            return reduce(replace(expected, loss=expected.parts), reduction)
        return self.allowance.scale * expected.largest * (expected.size if reduction == "sum" else 1)

    def largest_part(self, call: Any) -> float:
        """The size of the parts that cancel in the losses of a sample or a call, without weights."""
        if self.allowance.scale is not None:
            return self.allowance.scale
        options = {name: value for name, value in call.options.items() if name != "sample_weight"}
        parts = self.reference(*call.arrays, **options).parts
        return float(np.max(parts, initial=0.0, where=np.isfinite(parts)))


def reduce(expected: Expected | Composed, reduction: str, normalizer: str | float | None = None) -> np.ndarray | float:
    """The result of one reduction; the mean over nothing is 0."""
    if isinstance(expected, Composed):
        return math.fsum(factor * float(reduce(each, reduction, normalizer)) for factor, each in expected.terms)
    if reduction == "none":
        return expected.loss
    if reduction == "mean" and expected.sizes is not None:
        expected = replace(expected, loss=expected.loss / expected.sizes, sizes=None)
    total = math.fsum(expected.loss.ravel().tolist())
    if reduction == "sum":
        return total
    divisor = _divisor(expected, normalizer)
    return 0.0 if divisor == 0 else total / divisor


def _divisor(expected: Expected, normalizer: str | float | None) -> float:
    if isinstance(normalizer, int | float):
        return float(normalizer)
    name = normalizer or expected.divisor
    if name == "own":
        assert expected.own is not None
        return max(1.0, expected.own)
    if name == "count":
        return float(np.count_nonzero(expected.kept))
    return math.fsum(expected.weight.ravel().tolist())


ADDED: dict[str, tuple[Case, ...]] = {}
"""Module -> its cases: those of a run's `--cases`."""


def cases() -> tuple[Case, ...]:
    """All cases: those of this package, and those that were added."""
    return (*ours(), *(case for found in ADDED.values() for case in found))


@cache
def ours() -> tuple[Case, ...]:
    """The cases of this package: those of the catalog in its order, then any others."""
    package = importlib.import_module(f"{__package__}.cases")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = [importlib.import_module(f"{package.__name__}.{name}").CASE for name in names]
    order = [record.name for record in al.catalog()]
    return tuple(sorted(found, key=lambda case: order.index(case.name) if case.name in order else len(order)))
