"""One loss of each kind, for tests that look at what a kind has in common, where all would take minutes."""

from array_losses.families.base import family_of
from conformance.case import cases


def kind(loss):
    """What the evaluation of a loss follows from: its family, and whether its layout masks or gathers."""
    family = family_of(loss)
    layout = family.layout(family.signature.defaults)
    return type(family), bool(layout.inner), bool(family.gather), family.takes_class_ids


ONE_OF_EACH_KIND = tuple({kind(case.loss): case.name for case in reversed(cases())}.values())
