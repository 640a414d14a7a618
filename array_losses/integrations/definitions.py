"""What the bridges ask of a loss, and of their framework."""

from __future__ import annotations

from ..composable import Composable, Terms, refuse_term
from ..errors import OptionError, fail
from ..families.function import family_of


def checked_terms(caller: str, loss: object) -> Terms:
    """The terms of a loss object or composition; all else is refused."""
    if not isinstance(loss, Composable):
        refuse_term(loss, caller, "loss")
    return loss.terms()


def checked_pair_terms(caller: str, loss: object, reductions: tuple[str, ...]) -> Terms:
    """The terms of a loss of two arrays, predictions and targets, each of one of these reductions."""
    terms = checked_terms(caller, loss)
    for _, term in terms:
        batch, name = family_of(term.function).signature.batch, type(term).__name__
        if len(batch) != 2:
            fail(
                OptionError, caller, "loss", "take two arrays, predictions and targets", f"{name} of {', '.join(batch)}"
            )
        if term.options["reduction"] not in reductions:
            expected = f"have reduction={' or '.join(map(repr, reductions))}"
            fail(OptionError, caller, "loss", expected, f"{name}(reduction={term.options['reduction']!r})")
    return terms


def missing(error: ModuleNotFoundError, module: str, package: str) -> ModuleNotFoundError:
    """The error of an import, with the line that installs the framework where it is the one that lacks."""
    if error.name != module:  # it is there, and lacks something itself
        return error
    text = f"array_losses.integrations.{module} needs {module}: pip install {package}"
    return ModuleNotFoundError(text, name=module)
