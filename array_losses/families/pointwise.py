"""Pointwise losses: one loss for each element of `input`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..arguments import Arguments
from ..backends import backend_of
from ..constants import NEUTRAL
from ..domains import SIGNS, Domain, DomainCheck
from ..errors import DTypeError, fail
from ..evaluation.partition import Partition, broadcast_spec
from ..evaluation.plain_loss import Extremes
from ..evaluation.plan import Prepared
from ..numerics import excluded_mask, in_domains, nan_outside, snap
from ..reduction import Elements, weighted
from ..typing import Array, Derivative
from .base import Family, P, R, make_loss

Domains = Mapping[str, Domain | Callable[[Mapping[str, Any]], Domain]]
"""Array -> what it may hold, or a function from the options to that."""


class Pointwise(Family):
    """`domains` says which arrays hold what, or for which options; `labels` that integers and booleans are 0 or 1."""

    def __init__(self, body: Any, *, domains: Domains, labels: bool, broadcast_arrays: tuple[str, ...], **record: Any):
        super().__init__(body, **record)
        self.domains, self.labels, self.broadcast_arrays = domains, labels, broadcast_arrays
        self.full = [name for name in self.arrays if name not in ("weight", *broadcast_arrays)]

    def structure(self, options: dict[str, Any], ndim: int) -> str | int:  # noqa: ARG002
        return "diagonal"

    def elements_fast(
        self, input: Array, target: Array, options: dict[str, Any], extremes: Extremes
    ) -> Derivative | None:
        if self.derivative is None:
            return None
        for name, domain in self.domains_of(options).items():
            low, high = extremes(input if name == self.main_argument else target)
            if not domain.spans(low, high):  # or NaN
                return None
        return self.derivative(input, target, **self.with_defaults(self.broadcast_arrays, options))

    def domains_of(self, options: Mapping[str, Any]) -> dict[str, Domain]:
        """The domains of the arrays, for these options."""
        given = self.signature.defaults | dict(options)
        return {name: each(given) if callable(each) else each for name, each in self.domains.items()}

    def unreduced_shape(self, shape: tuple[int, ...], options: Mapping[str, Any]) -> tuple[int, ...] | None:  # noqa: ARG002
        return shape

    def prepare(self, call: Arguments, values: dict[str, Any]) -> Prepared:
        shape = tuple(call.array.shape)
        letters = f"the shape of `{self.main_argument}`"
        arrays = {name: self._full(call, name, values, shape) for name in self.full}
        where = self.where(call, values, shape, letters)
        domains = self.domains_of(values)
        admitted = self._admitted(call, arrays, domains, where)
        (weight,) = self.broadcast_weights(call, values, ("weight",), shape, letters)
        weights = [weight, self.sample_weight(call, values, shape, letters)]
        weights += self.broadcast_weights(call, values, self.broadcast_arrays, shape, letters)
        hyper = self.hyperparameter_values(call, values)
        compute, cut, summed = call.compute, len(self.broadcast_arrays), values["reduction"] != "none"
        rounded = [name for name, each in admitted.items() if each.rounded]
        unseen = {name: each.unseen for name, each in admitted.items() if each.unseen is not None}

        def to_check(given: dict[str, Array]) -> list[tuple[Array, float]]:
            return [(given[name], each.neutral) for name, each in unseen.items()]

        def masked_inputs(where: Array | None, weight: Array | None, sample_weight: Array | None, *rest: Any) -> Any:
            """The formula's arguments, masked, the weights outside the formula, and the arrays still to be checked."""
            backend = backend_of(rest[cut])
            xp = backend.xp
            outer_weights = backend.cast_all((weight, sample_weight), compute)
            full = backend.cast_all(rest[cut:], compute)
            excluded = excluded_mask(xp, where, outer_weights, full)
            given = dict(zip(self.full, full, strict=True))
            inputs = dict(given)
            for name in rounded:
                inputs[name] = snap(inputs[name], domains[name].low, domains[name].high)
            if excluded is not None:
                inputs = {name: xp.where(excluded, NEUTRAL, each) for name, each in inputs.items()}
            checked = [each if where is None else xp.where(where, each, neutral) for each, neutral in to_check(given)]
            named = dict(zip(self.broadcast_arrays, backend.cast_all(rest[:cut], compute), strict=True))
            return inputs | named, outer_weights, checked

        def elements(where: Array | None, *rest: Any) -> Elements:
            arrays, outer_weights, checked = masked_inputs(where, *rest)
            loss = self.formula(**arrays, **hyper)
            if unseen and not summed:
                loss = nan_outside(loss, checked, tuple(unseen.values()))
            found = weighted(loss, outer_weights, None, where)
            return found._replace(all_valid=in_domains(checked, tuple(unseen.values()))) if summed else found

        names = [*self.broadcast_arrays, *self.full]
        bare = where is None and weights[0] is None and weights[1] is None and not rounded

        def slope(where: Array | None, *rest: Any) -> Any:
            if bare:  # the usual call, without a detour
                full = backend_of(rest[-1]).cast_all(rest[2:], compute)
                loss, slope = self.derivative(**dict(zip(names, full, strict=True)), **hyper)  # type: ignore[misc]
                return Elements(loss), lambda _: (slope(),)
            arrays, outer_weights, _ = masked_inputs(where, *rest)
            loss, slope = self.derivative(**arrays, **hyper)  # type: ignore[misc]
            return weighted(loss, outer_weights, None, where), lambda _: (
                weighted(slope(), outer_weights, None, where).loss,
            )

        given = (where, *weights, *arrays.values())
        return Prepared(
            given,
            elements,
            lambda: Partition(shape, tuple([broadcast_spec(each, shape) for each in given])),
            None if self.derivative is None or unseen else slope,
            (3 + cut,),
        )

    def _admitted(
        self, call: Arguments, arrays: dict[str, Array], domains: dict[str, Domain], where: Array | None
    ) -> dict[str, DomainCheck]:
        """The results of checking the domains of the arrays, by name."""

        def swapped() -> str:
            """Whether `input` looks like labels: scikit-learn has them first."""
            view = call.backend.concrete_or_none(call.array)
            known = self.labels and view is not None
            labels = known and not call.any_value(call.array, lambda x: (x != 0) & (x != 1))
            return f"; are `{self.main_argument}` and `target` the other way round?" if labels else ""

        return {
            name: call.check_domain(
                name, arrays[name], domain, where, hint=None if name == self.main_argument else swapped
            )
            for name, domain in domains.items()
        }

    def _full(self, call: Arguments, name: str, values: dict[str, Any], shape: tuple[int, ...]) -> Array:
        array = call.array if name == self.main_argument else call.real(name, values[name])
        domain = self.domains_of(values).get(name)
        if call.kind(array) == "bool" and (not self.labels or domain == SIGNS):
            fail(DTypeError, self.name, name, domain.rule if domain else "hold numbers", "bool")
        return call.shaped(name, array, shape, f"the shape of `{self.main_argument}`")


def pointwise(
    *,
    tasks: tuple[str, ...],
    torch: str | None = None,
    divisor: str = "count",
    labels: bool = False,
    domains: Domains | None = None,
    broadcast_arrays: tuple[str, ...] = (),
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of an elementwise formula; `broadcast_arrays` names arrays that broadcast in the formula
    (`pos_weight`).
    """

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        return make_loss(
            Pointwise(
                body,
                domains=domains or {},
                labels=labels,
                broadcast_arrays=broadcast_arrays,
                tasks=tasks,
                torch=torch,
                divisor=divisor,
            )
        )

    return decorate
