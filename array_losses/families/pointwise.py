"""Pointwise losses: one loss for each element of `input`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..autodiff.one_pass import slopes
from ..backends import backend_of
from ..backends.blocks import Layout, spread
from ..backends.evaluable import Extremes
from ..checks import Call
from ..constants import NEUTRAL
from ..domains import Admission, Domain
from ..errors import DTypeError, fail
from ..masks import nan_outside, sound, unfit
from ..numerics import snap
from ..reduction import Elements, weighted
from ..totals import Prepared
from ..typing import Array, Derivative
from .family import Family, P, R, surround


class Pointwise(Family):
    """`domains` says which arrays hold what; `labels` that an integer or boolean target is 0 or 1."""

    def __init__(self, body: Any, *, domains: dict[str, Domain], labels: bool, beside: tuple[str, ...], **record: Any):
        super().__init__(body, **record)
        self.domains, self.labels, self.beside = domains, labels, beside
        self.full = [name for name in self.arrays if name not in ("weight", *beside)]

    def structure(self, options: dict[str, Any], ndim: int) -> str | int:  # noqa: ARG002
        return "diagonal"

    def quickly(self, input: Array, target: Array, options: dict[str, Any], extremes: Extremes) -> Derivative | None:
        if self.derivative is None:
            return None
        for name, domain in self.domains.items():
            low, high = extremes(input if name == self.first else target)
            if not (domain.low <= low and high <= domain.high):  # or NaN
                return None
        return self.derivative(input, target, **self.completed(self.beside, options))

    def unreduced_shape(self, shape: tuple[int, ...], options: Mapping[str, Any]) -> tuple[int, ...] | None:  # noqa: ARG002
        return shape

    def prepare(self, call: Call, values: dict[str, Any]) -> Prepared:
        shape = tuple(call.array.shape)
        letters = f"the shape of `{self.first}`"
        arrays = {name: self._full(call, name, values[name], shape) for name in self.full}
        where = self.where(call, values, shape, letters)
        admitted = self._admitted(call, arrays, where)
        (weight,) = self.broadcast_weights(call, values, ("weight",), shape, letters)
        weights = [weight, self.sample_weight(call, values, shape, letters)]
        weights += self.broadcast_weights(call, values, self.beside, shape, letters)
        hyper = self.hyperparameters(call, values)
        compute, cut, summed = call.compute, len(self.beside), values["reduction"] != "none"
        rounded = [name for name, each in admitted.items() if each.rounded]
        unseen = {name: each.unseen for name, each in admitted.items() if each.unseen is not None}

        def visible(where: Array | None, weight: Array | None, sample_weight: Array | None, *rest: Any) -> Any:
            """The formula's arguments, masked, the weights outside the formula, and the arrays still to be checked."""
            backend = backend_of(rest[cut])
            xp = backend.xp
            outer, full = backend.cast_all((weight, sample_weight), compute), backend.cast_all(rest[cut:], compute)
            void = unfit(xp, where, outer, full)
            given = dict(zip(self.full, full, strict=True))
            seen = dict(given)
            for name in rounded:
                seen[name] = snap(seen[name], *self.domains[name])
            if void is not None:
                seen = {name: xp.where(void, NEUTRAL, each) for name, each in seen.items()}
            checked = [given[name] if where is None else xp.where(where, given[name], NEUTRAL) for name in unseen]
            named = dict(zip(self.beside, backend.cast_all(rest[:cut], compute), strict=True))
            return seen | named, outer, checked

        def elements(where: Array | None, *rest: Any) -> Elements:
            arrays, outer, checked = visible(where, *rest)
            loss = self.formula(**arrays, **hyper)
            if unseen and not summed:
                loss = nan_outside(loss, checked, tuple(unseen.values()))
            found = weighted(loss, outer, None, where)
            return found._replace(sound=sound(checked, tuple(unseen.values()))) if summed else found

        names = [*self.beside, *self.full]
        bare = where is None and weights[0] is None and weights[1] is None and not rounded

        def slope(where: Array | None, *rest: Any) -> Any:
            if bare:  # the usual call, without a detour
                full = backend_of(rest[-1]).cast_all(rest[2:], compute)
                loss, slope = self.derivative(**dict(zip(names, full, strict=True)), **hyper)  # type: ignore[misc]
                return Elements(loss), lambda _: (slope(),)
            arrays, outer, _ = visible(where, *rest)
            loss, slope = self.derivative(**arrays, **hyper)  # type: ignore[misc]
            return weighted(loss, outer, None, where), lambda _: (weighted(slope(), outer, None, where).loss,)

        given = (where, *weights, *arrays.values())
        by_hand = self.derivative is not None and not unseen
        return Prepared(
            given, elements, lambda: Layout(shape, tuple([spread(each, shape) for each in given])),
            slope if by_hand else None, (3 + cut,), slopes,
        )  # fmt: skip

    def _admitted(self, call: Call, arrays: dict[str, Array], where: Array | None) -> dict[str, Admission]:
        """The results of checking the domains of the arrays, by name."""

        def swapped() -> str:
            """Whether `input` looks like labels: scikit-learn has them first."""
            view = call.backend.look(call.array)
            labels = view is not None and not call.finds(call.array, lambda x: (x != 0) & (x != 1))
            return f"; are `{self.first}` and `target` the other way round?" if labels else ""

        return {
            name: call.admitted(name, arrays[name], domain, where, hint=None if name == self.first else swapped)
            for name, domain in self.domains.items()
        }

    def _full(self, call: Call, name: str, value: Any, shape: tuple[int, ...]) -> Array:
        array = call.array if name == self.first else call.real(name, value)
        if not self.labels and call.kind(array) == "bool":
            fail(DTypeError, self.name, name, "hold numbers", "bool")
        return call.shaped(name, array, shape, f"the shape of `{self.first}`")


def pointwise(
    *, tasks: tuple[str, ...], torch: str | None = None, divisor: str = "count", labels: bool = False,
    domains: dict[str, Domain] | None = None, beside: tuple[str, ...] = (),
) -> Callable[[Callable[P, R]], Callable[P, R]]:  # fmt: skip
    """Make a loss of an elementwise formula; `beside` names arrays that broadcast in the formula (`pos_weight`)."""

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        return surround(
            Pointwise(
                body, domains=domains or {}, labels=labels, beside=beside, tasks=tasks, torch=torch, divisor=divisor
            )
        )

    return decorate
