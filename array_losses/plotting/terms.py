"""The terms of a loss that is to be drawn, and what the roles of their arrays tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..composable import Composable
from ..domains import UNIT, Domain
from ..errors import DTypeError, describe, fail
from ..families.base import Family
from ..families.layout import Layout
from ..families.roles import Role, Weight
from ..fixed_options import identity, shown
from ..objects import Loss


class Term(NamedTuple):
    """One loss of a weighted sum."""

    scale: float
    loss: Callable[..., Any]
    family: Family
    options: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.family.name

    @property
    def layout(self) -> Layout:
        return self.family.layout(self.options)

    @property
    def arrays(self) -> dict[str, Role]:
        """The roles of the arrays of a batch, by name."""
        return {name: role for name, role in self.layout.roles.items() if name in self.family.signature.required}

    @property
    def first(self) -> Role:
        return next(iter(self.arrays.values()))

    @property
    def target(self) -> Role | None:
        """The role of the array of that name, or of the like."""
        return next((role for name, role in self.arrays.items() if name in ("target", "targets")), None)

    @property
    def classes(self) -> int:
        """The number of classes that weights among the options are for; 0 where there are none."""
        found = [self.options[name] for name, role in self.layout.roles.items() if of_classes(role)]
        return max([len(each) for each in found if isinstance(each, tuple) or getattr(each, "ndim", 0) == 1], default=0)

    @property
    def by_sample(self) -> bool:
        """Whether the unreduced loss has one entry for each sample, whatever the others are."""
        returns = self.layout.returns
        return self.family.unreduced and returns[:1] not in ((), ("C",)) and not self.family.gathers(self.options)

    def values(self, arrays: tuple[Any, ...], samples: int) -> Any:
        """The scaled loss of each sample: of what is unreduced the mean over its other axes."""
        options: dict[str, Any] = {"axis": 1} if self.options.get("axis") is not None else {}
        if not self.by_sample:
            return self.scale * self.loss(*arrays, reduction="mean", **options)
        found = self.loss(*arrays, reduction="none", **options)
        xp = found.__array_namespace__()
        return self.scale * xp.mean(xp.reshape(found, (samples, -1)), axis=1)


def of_classes(role: Role) -> bool:
    return isinstance(role, Weight) and role.letters == ("C",)


def domain_of(role: Role | None) -> Domain | None:
    return getattr(role, "domain", None)


def takes_probabilities(term: Term) -> bool:
    """Whether the first array holds probabilities."""
    return domain_of(term.first) == UNIT or term.options.get("activation", "") is None


def terms_of(loss: Any) -> tuple[Term, ...]:
    """The terms of a loss object, a class of such, a function, or a composition."""
    if isinstance(loss, type) and issubclass(loss, Loss) and loss is not Loss:
        loss = loss()
    if isinstance(loss, Composable):
        return tuple([_term(scale, each, each.function, each.options) for scale, each in loss.terms()])
    if not isinstance(getattr(loss, "family", None), Family):
        fail(DTypeError, "plot", "loss", "be a loss of the library, an object, a function or a sum", describe(loss))
    return (_term(1.0, loss, loss, {}),)


def _term(scale: float, loss: Any, function: Any, options: Mapping[str, Any]) -> Term:
    return Term(scale, loss, function.family, {**function.family.signature.defaults, **options})


def titles_of(losses: list[Any]) -> list[str]:
    """The losses as they are called, with the options that are not as by default, or in which some of them differ."""
    found = [terms_of(loss) for loss in losses]
    told: dict[str, set[str]] = {}
    for term in (each for terms in found for each in terms):
        defaults = term.family.signature.defaults
        changed = {name for name, value in term.options.items() if identity(value) != identity(defaults[name])}
        told.setdefault(term.name, set()).update(changed)
    return [sum_written(terms, told) for terms in found]


def sum_written(terms: tuple[Term, ...], told: Mapping[str, set[str]]) -> str:
    """A sum of terms, each with the options to be told of it."""
    text = ""
    for term in terms:
        options = [f"{name}={number(value)}" for name, value in term.options.items() if name in told[term.name]]
        sign = (" - " if term.scale < 0 else " + ") if text else "-" * (term.scale < 0)
        factor = "" if abs(term.scale) == 1 else f"{abs(term.scale):g} "
        text += sign + factor + term.name + (f"({', '.join(options)})" if options else "")
    return text


def number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else shown(value)
