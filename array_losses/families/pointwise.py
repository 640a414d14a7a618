"""Pointwise losses: one loss for each element of `input`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..domains import Domain
from ..evaluation.plain_loss import FastElements
from ..intervals import Extremes
from ..numerics import multiply_no_nan
from ..reduction import Elements
from ..typing import Array
from .base import Family, P, R
from .function import make_loss
from .layout import Layout, layout
from .roles import Real, Role, Weight

Domains = Mapping[str, Domain | Callable[[Mapping[str, Any]], Domain | None]]
"""Array -> what it may hold, or a function from the options to that; None is anything."""


class Pointwise(Family):
    """`domains` says which arrays hold what, or for which options; `labels` that integers and booleans are 0 or 1."""

    def __init__(
        self,
        body: Any,
        *,
        domains: Domains,
        labels: bool,
        broadcast_arrays: tuple[str, ...],
        batch_mean: bool,
        **record: Any,
    ) -> None:
        super().__init__(body, **record)
        self.domains, self.labels, self.broadcast_arrays = domains, labels, broadcast_arrays
        self.batch_mean = batch_mean
        self.full = [name for name in self.arrays if name not in ("weight", *broadcast_arrays)]
        self.fixed_layout = self._layout({})

    def layout(self, options: Mapping[str, Any]) -> Layout:
        return self._layout(options) if any(map(callable, self.domains.values())) else self.fixed_layout

    def _layout(self, options: Mapping[str, Any]) -> Layout:
        domains = self.domains_of(options)
        roles: dict[str, Role] = {name: Real("*S", domains.get(name), labels=self.labels) for name in self.full}
        others = [name for name in self.arrays if name not in roles]
        return layout(roles | {name: Weight("~*S", outside=name == "weight") for name in others}, "*S")

    def domains_of(self, options: Mapping[str, Any]) -> dict[str, Domain]:
        """The domains of the arrays, for these options."""
        given = self.signature.defaults | dict(options)
        found = {name: each(given) if callable(each) else each for name, each in self.domains.items()}
        return {name: each for name, each in found.items() if each is not None}

    def elements_fast(
        self, input: Array, target: Array, options: dict[str, Any], extremes: Extremes, differentiated: bool
    ) -> FastElements | None:
        w = options.pop("weight", None)
        others = [w, *[options.get(name) for name in self.broadcast_arrays]]
        if not all(each is None or broadcasts(each, input) for each in others):
            return None
        for name, domain in self.domains_of(options).items():
            if not domain.encloses(input if name == self.main_argument else target, extremes):  # or NaN
                return None
        options = self.with_defaults(self.broadcast_arrays, options)
        found = self.by_hand_or_formula(differentiated, input, target, **options)
        if found is None or getattr(found[0], "shape", None) != input.shape:  # of a formula that is wrong
            return None
        loss, slope = found
        return (Elements(loss), slope) if w is None else (Elements(loss * w, w), lambda: multiply_no_nan(w, slope()))


def broadcasts(array: Array, like: Array) -> bool:
    """Whether an array broadcasts against another to the shape of that."""
    axes = zip(reversed(array.shape), reversed(like.shape), strict=False)
    return array.ndim <= like.ndim and all(n in (1, full) for n, full in axes)


def pointwise(
    *,
    tasks: tuple[str, ...],
    torch: str | None = None,
    divisor: str = "count",
    labels: bool = False,
    domains: Domains | None = None,
    broadcast_arrays: tuple[str, ...] = (),
    batch_mean: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of an elementwise formula; `broadcast_arrays` names arrays that broadcast in the formula
    (`pos_weight`), `batch_mean` says that torch's "batchmean" is a reduction of the loss.
    """
    record: dict[str, Any] = {"tasks": tasks, "torch": torch, "divisor": divisor}
    record |= {"labels": labels, "broadcast_arrays": broadcast_arrays}

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        return make_loss(Pointwise(body, domains=domains or {}, batch_mean=batch_mean, **record))

    return decorate
