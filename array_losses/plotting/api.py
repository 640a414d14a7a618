"""`plot`: the picture of losses."""

from __future__ import annotations

from importlib.util import find_spec
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from ..errors import OptionError, describe, fail

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .views import View

MOST = 7
"""The largest number of losses in one picture: so many colours can be told apart."""


def plot(loss: Any, *more: Any, over: tuple[float, float] | None = None) -> Figure:
    """The picture of a loss, or of several on top of each other: value, gradient and curvature.

    What they are drawn over follows from what their arrays hold: the residual, the logit (of the true class), the
    difference of two scores, a distance or a cosine, one probability; of losses of regions the logit of the true class
    in every pixel. Losses of boxes have a landscape too, over where a box lies.

    .. versionadded:: 0.1

    Parameters
    ----------
    loss : loss object, class or function, or a weighted sum of loss objects
        The loss; a class or a function with its defaults.
    *more : likewise
        Losses that can be drawn over the same number, such as other settings of the first.
    over : (low, high), optional
        The ends of that number.

    Returns
    -------
    matplotlib.figure.Figure
        With `savefig`; a notebook shows it. It belongs to no window and needs no `close`.

    Raises
    ------
    OptionError
        The losses are not drawn over the same thing, or are more than 7; `over` is no interval of that number.
    DTypeError
        Something is no loss of this library, nor declared with its decorators.
    ModuleNotFoundError
        matplotlib or NumPy is missing; the message says what to install.

    Notes
    -----
    The value is that of one sample, without the divisor of the mean; the derivatives are exact, by the number that is
    drawn over. A derivative that jumps is drawn as a steep line, and a kink has no curvature but that beside it.

    Examples
    --------
    >>> import array_losses as al
    >>> figure = al.plot(*[al.FocalLoss(gamma=gamma) for gamma in (0, 2, 5)])
    >>> [axes.get_title(loc="left").split()[0] for axes in figure.axes]
    ['loss', 'gradient', 'curvature']
    """
    require("plot")
    from .figure import drawn, figure
    from .kinds import view_of
    from .terms import terms_of, titles_of

    losses = [loss, *more]
    if len(losses) > MOST:
        fail(OptionError, "plot", "more", f"be at most {MOST - 1} losses beside the first", str(len(more)))
    named = list(zip(titles_of(losses), map(terms_of, losses), strict=True))
    view = view_of(tuple([term for _, terms in named for term in terms]))
    view = view if over is None else within(view, over)
    made: Figure = figure([drawn(title, terms, view) for title, terms in named], view)
    return made


def require(caller: str) -> None:
    """Say what to install where something is missing."""
    missing = [name for name in ("numpy", "matplotlib") if find_spec(name) is None]
    if missing:
        text = f'{caller} needs {" and ".join(missing)}: pip install "array_losses[plot]"'
        raise ModuleNotFoundError(text, name=missing[0])


def within(view: View, over: Any) -> View:
    """The view with other ends."""
    low, high = view.ends
    inside = "" if (low, high) == (-inf, inf) else f" in ({low:g}, {high:g})"
    expected = f"be two finite numbers{inside}, low < high, the ends of the {view.axis}"
    try:
        first, last = (float(each) for each in over)
    except (TypeError, ValueError):
        fail(OptionError, "plot", "over", expected, describe(over))
    if not (isfinite(first) and isfinite(last) and low < first < last < high):
        fail(OptionError, "plot", "over", expected, f"({first:g}, {last:g})")
    return view._replace(low=first, high=last)
