"""One loss of each kind, for what a kind has in common: to try it with every loss would take long."""

from __future__ import annotations

from functools import cache

from array_losses.families.function import family_of

from .case import Case, ours


def kind(case: Case) -> tuple[object, ...]:
    """What the evaluation of a loss follows from: its family, labels, and whether its layout masks or gathers."""
    family = family_of(case.loss)
    layout = family.layout(family.signature.defaults)
    return type(family), bool(layout.inner), bool(family.gather), family.takes_class_ids


@cache
def one_of_each() -> tuple[str, ...]:
    """The names of the first loss of each kind."""
    return tuple({kind(case): case.name for case in reversed(ours())}.values())


def stands_for_others(case: Case) -> bool:
    """Whether a loss is the first of its kind; each is that is not of this package."""
    return case not in ours() or case.name in one_of_each()
