"""Detection losses: predictions for default boxes, one loss for each image.

The formula returns, for each image, its loss as parts by name and its number of positive boxes, by which the mean
divides, and the mask of the boxes that it counted: `masked_predictions` says which. Its options say, beside `where`,
which images are `good`: in the others it chooses every box, so that a loss of NaN is one in the derivative of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, cast

from ..arguments import Arguments
from ..backends import backend_of
from ..evaluation.plan import Prepared, reduce_with_parts
from ..numerics import and_, masked_fill, multiply_no_nan, poison
from ..reduction import Elements
from ..typing import Array
from .base import Family, P, R
from .frame import Frame
from .function import make_loss
from .layout import layout
from .letters import aligned
from .roles import Logits, Real, Role
from .surround import Counts, Seen

LEFT_OUT = -1
"""The class of a default box that is neither positive nor negative."""


class Samplewise(Family):
    """Predictions (B, A, 4) and (B, A, K), then the loss's own targets."""

    where_doc = " of the default boxes, of shape (B, A)"
    min_divisor = 1.0  # max(1, positives)
    by_hand_names = ("loc_pred", "conf_pred")
    hides_infinite = False

    def __init__(
        self, body: Any, *, targets: Mapping[str, Role], check_targets: Callable[..., Any], **record: Any
    ) -> None:
        super().__init__(body, **record)
        self.targets, self.check_targets = tuple(targets), check_targets
        predictions = {"loc_pred": Real("B A 4"), "conf_pred": Logits("B A K")}
        self.fixed_layout = layout(predictions | dict(targets), returns="B", where="B A")

    def check(self, call: Arguments, values: dict[str, Any], frame: Frame, arrays: dict[str, Any], where: Any) -> None:
        (classes,) = frame.geometry.sizes.of("K") or ()
        targets = [arrays[name] for name in self.targets]
        found, sanitize, seen = self.check_targets(call, values, targets, classes, where)
        frame.checks["targets"], frame.unseen = (sanitize, seen), not seen
        arrays.update(zip(self.targets, found, strict=True))

    def seen(
        self, frame: Frame, where: Array | None, sample_weight: Array | None, given: Any, shown: bool = False
    ) -> Seen:
        seen = super().seen(frame, where, sample_weight, given, shown)
        sanitize, looked_at = frame.checks["targets"]
        targets, good = sanitize(*[seen.inputs[name] for name in self.targets], where)
        seen.inputs.update(zip(self.targets, targets, strict=True))
        if not looked_at:
            seen.inputs["good"] = good
        return seen

    def hide(self, frame: Frame, name: str, arrays: Mapping[str, Any], mask: Array | None) -> Array:  # noqa: ARG002
        return cast("Array", arrays[name])  # the formula hides what it does not count

    def with_parts(self, values: dict[str, Any]) -> Any:
        """The loss, and its parts by name."""
        return self.reduced(values, reduce_with_parts, self.traced_with_parts)

    def traced_with_parts(self, values: dict[str, Any]) -> Any:
        """Both for a call that the library's compiler traces."""
        return reduce_with_parts(*self.planned(values))

    def prepared(self, frame: Frame, arrays: tuple[Array | None, ...], chunk: int = 0) -> Prepared:
        return super().prepared(frame, arrays, chunk)._replace(parts=partial(self.elements_by_part, frame))

    def elements_by_part(
        self, frame: Frame, where: Any, sample_weight: Any, *given: Any
    ) -> tuple[Elements, dict[str, Elements]]:
        """The losses of the images, and those of each part alone."""
        seen = self.seen(frame, where, sample_weight, given)
        found, *counts = self.formula(**seen.inputs, **frame.hyper)
        parts = {name: self.counted(frame, seen, ({name: each}, *counts)) for name, each in found.items()}
        return self.counted(frame, seen, (found, *counts)), parts

    def losses(self, frame: Frame, seen: Seen, found: Any) -> tuple[Array, Counts]:  # noqa: ARG002
        parts, positives, kept = found
        loss, *others = parts.values()
        loss = sum(others, start=loss)
        loss = poison(loss, seen.inputs["good"]) if "good" in seen.inputs else loss
        return loss, Counts(None if kept is None else backend_of(loss).xp.any(kept, axis=1), counted=positives)

    def slopes(self, frame: Frame, seen: Seen, slope: Callable[[], Any], wanted: list[str]) -> tuple[Array, ...]:
        """The derivatives of the predictions: 0 for masked boxes already, which are negative and not chosen."""
        (weight,) = seen.weights
        weight = None if weight is None else aligned(weight, frame.returned, frame.axes["loc_pred"])
        found = dict(zip(self.by_hand_names, slope(), strict=True))
        return tuple([multiply_no_nan(weight, found[name]) for name in wanted])


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


def samplewise(
    targets: Mapping[str, Role], *, check: Callable[..., Any], tasks: tuple[str, ...] = ("detection",)
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula on (loc_pred, conf_pred, *targets) with these roles.

    `check` takes a call, its options, the targets, the number of classes and the mask. It returns the targets, a
    function of them and the mask that makes them safe and says which images are good, and whether looking showed that
    all are.
    """

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        return make_loss(Samplewise(body, targets=targets, check_targets=check, tasks=tasks, divisor="own"))

    return decorate
