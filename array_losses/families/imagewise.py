"""Detection losses: predictions for default boxes, one loss for each image.

The formula returns, for each image, its loss and its number of positive boxes; the mean divides by the positives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..autodiff.one_pass import slopes
from ..backends import backend_of, is_floating
from ..backends.blocks import Layout, leading, spread, uncut
from ..checks import Call
from ..constants import NEUTRAL
from ..errors import DTypeError, ShapeError, fail
from ..numerics import weigh
from ..reduction import Elements, weighted
from ..totals import Prepared
from .family import Family, P, R, surround

Array = Any


class Imagewise(Family):
    """Predictions (B, A, 4) and (B, A, K), then the loss's own targets.

    `targets` checks and places the targets and returns them with a function that makes them safe, where their values
    could not be looked at, and says which images are good.
    """

    steps = 5
    mask = " of the default boxes, of shape (B, A)"
    floor = 1.0  # max(1, positives)

    def __init__(self, body: Any, *, targets: Callable[..., Any], shared: int, **record: Any) -> None:
        super().__init__(body, **record)
        self.targets, self.shared = targets, shared

    def prepare(self, call: Call, values: dict[str, Any]) -> Prepared:
        batch, boxes, classes = self._sizes(call, values["conf_pred"])
        where = self.where(call, values, (batch, boxes), "(B, A)")
        sample_weight = self.sample_weight(call, values, (batch,), "(B,)")
        conf_pred = call.real("conf_pred", values["conf_pred"])
        if call.kind(conf_pred) not in ("half", "real"):
            fail(DTypeError, self.name, "conf_pred", "hold floating-point logits", str(conf_pred.dtype))
        targets, admit = self.targets(call, values, (batch, boxes, classes), where)
        hyper = self.hyperparameters(call, values)
        compute = call.compute

        def cast(array: Array) -> Array:
            return backend_of(array).cast(array, compute) if is_floating(array) else array

        def visible(loc_pred: Any, conf_pred: Any, where: Any, targets: Any) -> Any:
            """The arrays as the formula may see them, and which images are good (None is all)."""
            xp = backend_of(loc_pred).xp
            loc_pred, conf_pred = cast(loc_pred), cast(conf_pred)
            if where is not None:
                wide = xp.expand_dims(where, axis=-1)
                loc_pred, conf_pred = xp.where(wide, loc_pred, NEUTRAL), xp.where(wide, conf_pred, NEUTRAL)
            targets, good = admit(*(None if each is None else cast(each) for each in targets), where)
            return (loc_pred, conf_pred, *targets), good

        def finished(found: tuple[Array, Array], good: Any, where: Any, sample_weight: Any) -> Elements:
            loss, positives = found
            xp = backend_of(loss).xp
            loss = loss if good is None else xp.where(good, loss, float("nan"))
            outer = None if sample_weight is None else cast(sample_weight)
            kept = None if where is None else xp.any(where, axis=1)
            return weighted(loss, (outer,), None, kept)._replace(own=positives)

        def elements(loc_pred: Any, conf_pred: Any, where: Any, sample_weight: Any, *targets: Any) -> Elements:
            arrays, good = visible(loc_pred, conf_pred, where, targets)
            return finished(self.formula(*arrays, where=where, **hyper), good, where, sample_weight)

        def slope(loc_pred: Any, conf_pred: Any, where: Any, sample_weight: Any, *targets: Any) -> Any:
            """What is masked is negative and not chosen: its derivative is 0 already."""
            arrays, good = visible(loc_pred, conf_pred, where, targets)
            found, slopes = self.derivative(*arrays, where=where, **hyper)  # type: ignore[misc]
            weight = None if sample_weight is None else of_images(cast(sample_weight))
            return finished(found, good, where, sample_weight), lambda wanted: [
                weigh(weight, each) for i, each in enumerate(slopes()) if i in wanted
            ]

        given = (call.array, conf_pred, where, sample_weight, *targets)

        def layout() -> Layout:
            ends = [uncut(each) if i < self.shared else leading(each) for i, each in enumerate(targets)]
            weights = None if sample_weight is None else spread(sample_weight, (batch,))
            return Layout((batch,), (*map(leading, given[:3]), weights, *ends), steps=self.steps)

        return Prepared(given, elements, layout, slope if self.derivative else None, (0, 1), slopes)

    def _sizes(self, call: Call, conf_pred: Any) -> tuple[int, int, int]:
        shape = tuple(call.array.shape)
        if len(shape) != 3 or shape[2] != 4:
            fail(ShapeError, self.name, "loc_pred", "have shape (B, A, 4)", str(shape))
        conf = tuple(call.real("conf_pred", conf_pred).shape)
        if len(conf) != 3 or conf[:2] != shape[:2]:
            fail(ShapeError, self.name, "conf_pred", f"have shape (B, A, K) = ({shape[0]}, {shape[1]}, K)", str(conf))
        return conf


def of_images(weight: Array) -> Array:
    """Weights () or (B,), shaped to multiply (B, A, 4)."""
    return backend_of(weight).xp.reshape(weight, (-1, 1, 1))


def imagewise(
    *, targets: Callable[..., Any], shared: int = 0, tasks: tuple[str, ...] = ("detection",)
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula on (loc_pred, conf_pred, *targets).

    `targets` checks and places the targets, of which the first `shared` belong to no image.
    """

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        return surround(Imagewise(body, targets=targets, shared=shared, tasks=tasks, divisor="own"))

    return decorate
