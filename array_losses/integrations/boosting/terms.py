"""The terms of a loss, as boosting sees them: pointwise (a label for each score) or softmax (a label for each row)."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from ...composable import Composable
from ...errors import OptionError, describe, fail
from ...families.classwise import Classwise
from ...families.pointwise import Pointwise
from ...objects import Loss

Hessian = Literal["auto", "exact", "bound"]
SMALLEST = 1e-6
"""The least curvature of a row: boosting divides by sums of it."""


class Term(NamedTuple):
    """One loss of a weighted sum."""

    scale: float
    loss: Any
    """A loss object or function; called with (scores, labels, **options)."""
    family: Pointwise | Classwise
    hessian: str
    """ "exact" or "bound"."""

    @property
    def options(self) -> dict[str, Any]:
        """The options by which the loss is called, but for those given at the call."""
        return {**self.family.signature.defaults, **getattr(self.loss, "options", {})}

    @property
    def softmax(self) -> bool:
        return isinstance(self.family, Classwise)


def terms_of(caller: str, loss: object, hessian: Hessian = "auto", *, probabilities: bool = False) -> tuple[Term, ...]:
    """The checked terms; `probabilities` admits losses of probabilities, which a metric may read."""
    if hessian not in ("auto", "exact", "bound"):
        fail(OptionError, caller, "hessian", 'be "auto", "exact" or "bound"', describe(hessian))
    pairs = loss.terms() if isinstance(loss, Composable) else ((1.0, loss),)
    terms = tuple(_term(caller, scale, each, hessian, probabilities) for scale, each in pairs)
    if len({term.softmax for term in terms}) != 1:
        expected = "add up pointwise losses only, or softmax losses only"
        fail(OptionError, caller, "loss", expected, " + ".join(word(each) for _, each in pairs) or "no loss")
    return terms


def _term(caller: str, scale: float, loss: object, hessian: Hessian, probabilities: bool) -> Term:
    family = getattr(type(loss).function if isinstance(loss, Loss) else loss, "family", None)
    if not isinstance(family, Pointwise | Classwise):
        expected = "be a pointwise or softmax loss of array_losses, such as al.BCEWithLogitsLoss(), or a sum of such"
        fail(OptionError, caller, "loss", expected, word(loss))
    _check_raw_scores(caller, loss, family, probabilities)
    regression = "regression" in family.tasks
    if hessian == "bound" and isinstance(family, Pointwise) and not regression:
        expected = 'be "auto" or "exact" for a loss of logits, which reaches no perfect prediction'
        fail(OptionError, caller, "hessian", expected, f'"bound" with {word(loss)}')
    term = Term(scale, loss, family, hessian if hessian != "auto" else "bound" if regression else "exact")
    if term.softmax and term.options["axis"] not in (1, -1):
        fail(OptionError, caller, "axis", "be 1 or -1 (scores are rows x classes)", str(term.options["axis"]))
    return term


def _check_raw_scores(caller: str, loss: Any, family: Pointwise | Classwise, probabilities: bool) -> None:
    """Refuse losses of (log-)probabilities: trees add up to any real number, and nobody normalises them."""
    if isinstance(family, Pointwise):
        refused = family.main_argument in family.domains and not probabilities
        other = "al.BCEWithLogitsLoss()"
    else:
        refused = not family.dense  # it reads one class of each row, so the others must be normalised with it
        other = "al.CrossEntropyLoss()"
    if refused:
        fail(OptionError, caller, "loss", f"read raw scores, as {other} does, not probabilities", word(loss))


def word(loss: object) -> str:
    """A loss in an error message: a function by its name, an object by its class."""
    return f"`{loss.__name__}`" if hasattr(loss, "family") and hasattr(loss, "__name__") else describe(loss)


def title(terms: tuple[Term, ...]) -> str:
    """The name of a metric: without blanks and colons, at which XGBoost cuts its lines."""
    named = [term.family.name if term.scale == 1 else f"{term.scale:g}*{term.family.name}" for term in terms]
    return "+".join(named)
