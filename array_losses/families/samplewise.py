"""Detection losses: predictions for default boxes, one loss for each image.

The formula returns, for each image, its loss and its number of positive boxes, by which the mean divides, and the mask
of the boxes that it counted: `masked_predictions` says which. Its options say, beside `where`, which images are
`good`: in the others it chooses every box, so that a loss of NaN is one in the derivative of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..arguments import Arguments
from ..backends import backend_of, is_floating
from ..errors import DTypeError, ShapeError, fail
from ..evaluation.partition import Partition, batch_spec, broadcast_spec, replicated
from ..evaluation.plan import Prepared
from ..numerics import and_, masked_fill, multiply_no_nan, poison
from ..reduction import Elements, weighted
from ..typing import Array
from .base import Family, P, R, make_loss

LEFT_OUT = -1
"""The class of a default box that is neither positive nor negative."""


class Samplewise(Family):
    """Predictions (B, A, 4) and (B, A, K), then the loss's own targets.

    `targets` checks and places the targets and returns them with a function that makes them safe and says which images
    are good: None where looking showed that all are.
    """

    cost = 5
    where_doc = " of the default boxes, of shape (B, A)"
    min_divisor = 1.0  # max(1, positives)

    def __init__(self, body: Any, *, targets: Callable[..., Any], shared: int, **record: Any) -> None:
        super().__init__(body, **record)
        self.targets, self.shared = targets, shared

    def unreduced_shape(self, shape: tuple[int, ...], options: Mapping[str, Any]) -> tuple[int, ...] | None:  # noqa: ARG002
        return shape[:1] if shape else None

    def prepare(self, call: Arguments, values: dict[str, Any]) -> Prepared:
        batch, boxes, classes = self._sizes(call, values["conf_pred"])
        where = self.where(call, values, (batch, boxes), "(B, A)")
        sample_weight = self.sample_weight(call, values, (batch,), "(B,)")
        conf_pred = call.real("conf_pred", values["conf_pred"])
        if call.kind(conf_pred) not in ("half", "real"):
            fail(DTypeError, self.name, "conf_pred", "hold floating-point logits", str(conf_pred.dtype))
        targets, sanitize = self.targets(call, values, (batch, boxes, classes), where)
        hyper = self.hyperparameter_values(call, values)
        compute = call.compute

        def cast(array: Array) -> Array:
            return backend_of(array).cast(array, compute) if is_floating(array) else array

        def placed(loc_pred: Array, conf_pred: Array, where: Array | None, targets: tuple[Array | None, ...]) -> Any:
            """The arrays in the dtype of the computation, the targets safe, and which images are good (None is all)."""
            targets, good = sanitize(*(None if each is None else cast(each) for each in targets), where)
            return (cast(loc_pred), cast(conf_pred), *targets), good

        def finished(loss: Array, positives: Array, kept: Array | None, sample_weight: Array | None) -> Elements:
            outer_weights = None if sample_weight is None else cast(sample_weight)
            counted = None if kept is None else backend_of(loss).xp.any(kept, axis=1)
            return weighted(loss, (outer_weights,), None, counted)._replace(counted=positives)

        def elements(loc_pred: Array, conf_pred: Array, where: Any, sample_weight: Any, *targets: Any) -> Elements:
            arrays, good = placed(loc_pred, conf_pred, where, targets)
            loss, positives, kept = self.formula(*arrays, where=where, good=good, **hyper)
            loss = loss if good is None else poison(loss, good)
            return finished(loss, positives, kept, sample_weight)

        def slope(loc_pred: Array, conf_pred: Array, where: Any, sample_weight: Any, *targets: Any) -> Any:
            """The elements and their derivatives: 0 for masked boxes already, which are negative and not chosen."""
            arrays, good = placed(loc_pred, conf_pred, where, targets)
            if good is not None:
                return None
            (loss, positives, kept), slopes = self.derivative(*arrays, where=where, **hyper)  # type: ignore[misc]
            weight = None if sample_weight is None else of_images(cast(sample_weight))
            return finished(loss, positives, kept, sample_weight), lambda wanted: [
                multiply_no_nan(weight, each) for i, each in enumerate(slopes()) if i in wanted
            ]

        given = (call.array, conf_pred, where, sample_weight, *targets)

        def partition() -> Partition:
            ends = [replicated(each) if i < self.shared else batch_spec(each) for i, each in enumerate(targets)]
            weights = None if sample_weight is None else broadcast_spec(sample_weight, (batch,))
            return Partition((batch,), (*map(batch_spec, given[:3]), weights, *ends), steps=self.cost)

        return Prepared(given, elements, partition, slope if self.derivative else None, (0, 1))

    def _sizes(self, call: Arguments, conf_pred: Any) -> tuple[int, int, int]:
        shape = tuple(call.array.shape)
        if len(shape) != 3 or shape[2] != 4:
            fail(ShapeError, self.name, "loc_pred", "have shape (B, A, 4)", str(shape))
        conf = tuple(call.real("conf_pred", conf_pred).shape)
        if len(conf) != 3 or conf[:2] != shape[:2]:
            fail(ShapeError, self.name, "conf_pred", f"have shape (B, A, K) = ({shape[0]}, {shape[1]}, K)", str(conf))
        return conf


class MaskedPredictions(NamedTuple):
    """Logits (B, A, K) and class ids (B, A) as a formula may see them: without the boxes that do not count."""

    conf_pred: Array
    ids: Array
    kept: Array | None
    """The boxes that count; None is all of them."""
    poisoned: Array | None
    """Those of images that are not good, to be chosen whatever they are; None is none of them."""


def masked_predictions(conf_pred: Array, ids: Array, background: int, options: Mapping[str, Any]) -> MaskedPredictions:
    """Logits and class ids without what is masked or left out, for the options of a formula."""
    xp, kept, good = backend_of(conf_pred).xp, counting(ids, options.get("where")), options.get("good")
    poisoned = None if good is None else and_(kept, xp.broadcast_to(xp.expand_dims(~good, axis=-1), ids.shape))
    if kept is not None:
        conf_pred, ids = masked_fill(conf_pred, xp.expand_dims(kept, axis=-1)), xp.where(kept, ids, background)
    return MaskedPredictions(conf_pred, ids, kept, poisoned)


def counting(ids: Array, where: Array | None) -> Array | None:
    """The boxes that count, neither masked nor left out."""
    view = backend_of(ids).concrete_or_none(ids)
    none_left_out = 0 in ids.shape or (view is not None and not bool(backend_of(view).xp.any(view == LEFT_OUT)))
    return where if none_left_out else and_(where, ids != LEFT_OUT)


def of_images(weight: Array) -> Array:
    """Weights () or (B,), shaped to multiply (B, A, 4)."""
    return backend_of(weight).xp.reshape(weight, (-1, 1, 1))


def samplewise(
    *, targets: Callable[..., Any], shared: int = 0, tasks: tuple[str, ...] = ("detection",)
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula on (loc_pred, conf_pred, *targets).

    `targets` checks and places the targets, of which the first `shared` belong to no image.
    """

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        return make_loss(Samplewise(body, targets=targets, shared=shared, tasks=tasks, divisor="own"))

    return decorate
