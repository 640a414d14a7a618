"""`diagnose`: a call of a loss, looked into."""

from __future__ import annotations

from contextvars import Context
from typing import TYPE_CHECKING, Any

from ..composable import Composable
from ..errors import DTypeError, NamespaceError, describe, fail
from ..families.base import Family
from ..families.function import family_of
from ..objects import Loss
from .report import Diagnosis

if TYPE_CHECKING:
    from .collect import Term


def diagnose(loss: Any, *arrays: Any, **options: Any) -> Diagnosis:
    """A report on a call of a loss: why is it NaN, why so large, why 0?

    .. versionadded:: 0.1

    Parameters
    ----------
    loss : loss function, loss object or composition
        What was called.
    *arrays, **options
        What it was called with, of any library and on any device: here values are read wherever they lie.

    Returns
    -------
    Diagnosis
        Printed, it says the value and the likely causes by name, with what was seen and what to do; of each array the
        shape, dtype, range, NaN, infinities and what it may not hold, with the first positions; how much is masked or
        ignored, the divisor, the elements that cost most; the range of the gradient, and where it is not finite.
        `to_dict` gives all of that as plain data.

    Raises
    ------
    ArgumentError, OptionError
        An option that the loss does not have, or with a value it may not have.
    DTypeError
        `loss` is no loss.
    NamespaceError
        An array holds no values that can be read: inside `jit` or `vmap`, on torch's meta device; or NumPy is missing.

    See Also
    --------
    check_gradient : the gradient, against difference quotients.

    Notes
    -----
    Bad values, wrong shapes and dtypes are no errors here: they are what is reported. The loss is computed by NumPy on
    copies in host memory, in the dtypes of the arrays; nothing is written to. What a loss takes, logits or
    probabilities say, is found from the roles of its arrays and by trying it, so a loss of your own is diagnosed too.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits, labels = np.zeros((4, 3)), np.array([1, 2, 3, 1])
    >>> report = al.diagnose(al.cross_entropy, logits, labels)
    >>> report.cause
    'labels off by one'
    >>> print(str(report).partition("arrays")[0].rstrip())
    cross_entropy: nan
    error  cross_entropy: `target` must hold class ids in [0, 3) or ignore_index = -100, got 3 at position (2)
    <BLANKLINE>
    cause  labels off by one
           `target` holds 1 to 3, for 3 classes; ids count from 0
           -> write target - 1
    """
    try:
        import_numpy()
    except ImportError as error:
        raise NamespaceError('diagnose needs NumPy: pip install "array_losses[numpy]"') from error
    from ..backends.numpy import quiet
    from .collect import evidence_of
    from .summary import all_causes, summary

    terms = terms_of(loss)

    def made() -> Diagnosis:
        with quiet():
            evidence = [evidence_of(each, arrays, options) for each in terms]
            causes = all_causes(evidence)
            return Diagnosis(summary(name_of(loss), evidence, causes), causes)

    return Context().run(made)  # whatever gradient is being taken around it


def import_numpy() -> None:
    import numpy  # noqa: F401


def terms_of(loss: Any) -> list[Term]:
    """The terms of a loss, each with its family and the options that it fixes."""
    from .collect import Term

    if isinstance(loss, Composable):
        return [Term(factor, repr(each), family_of(each.function), each.options) for factor, each in loss.terms()]
    if isinstance(loss, type) and issubclass(loss, Loss):
        fail(DTypeError, "diagnose", "loss", "be a loss, not its class", f"{loss.__name__}; write {loss.__name__}()")
    family = getattr(loss, "family", None)
    if not isinstance(family, Family):
        fail(DTypeError, "diagnose", "loss", "be a loss function, a loss object or a composition", describe(loss))
    return [Term(1.0, family.name, family, {})]


def name_of(loss: Any) -> str:
    return repr(loss) if isinstance(loss, Composable) else str(loss.family.name)
