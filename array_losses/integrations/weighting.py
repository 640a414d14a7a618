"""Means of weighted samples by a loss's own divisor, as frameworks count them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..backends import backend_of
from ..families.classwise import Classwise
from ..families.function import family_of
from ..objects import Loss
from ..reduction import MeanFinish
from ..sums import ComposedSums


def weighted_mean(loss: Loss, arrays: tuple[Any, Any], options: Mapping[str, Any], *, counted: bool) -> Any:
    """The loss of weighted samples; of a mean, the divisor is the loss's own.

    Where `counted`, a sample of weight 2 counts twice in it, as if it were there twice; else once, whatever its weight.
    A normalizer of the loss, or a sum, is as it is.
    """
    unweighted = {name: value for name, value in options.items() if name != "sample_weight"}
    if len(unweighted) == len(options) or loss.options["reduction"] != "mean" or loss.options["normalizer"] is not None:
        return loss(*arrays, **options)
    family = family_of(loss.function)
    weights = {name: None for name in family.arrays if loss.options.get(name) is not None}
    if not weights:
        return loss(*arrays, **options, normalizer="weights" if counted else "count")
    if family.gathers(loss.options):  # its sums do not add up, so that it has none
        return loss(*arrays, **options)
    total = loss(*arrays, **options, reduction="sums")
    if not counted:
        return _finished(total, loss(*arrays, **unweighted, reduction="sums"))
    if _own_divisor(family, arrays[1]) == "weights":
        return total.loss()
    plain = loss.replace(**weights)
    return _finished(total, plain(*arrays, **options, reduction="sums", normalizer="weights"))


def _own_divisor(family: Any, target: Any) -> str:
    """The divisor of the loss's own mean for such a target."""
    ids = not isinstance(family, Classwise) or backend_of(target).kind(target.dtype) == "integer"
    divisor: str = family.divisor if ids else family.soft_divisor
    return divisor


def _finished(total: Any, divisor: Any) -> Any:
    """The mean of the sum of one and the divisor of the other."""
    if isinstance(total, ComposedSums):
        pairs = zip(total.scales, total.terms, divisor.terms, strict=True)
        means = [scale * _finished(one, other) for scale, one, other in pairs]
        return sum(means[1:], start=means[0])
    if not isinstance(total.finish, MeanFinish):  # weights lie within its sums
        return total.loss()
    return total.finish((total.totals()[0], *divisor.totals()[1:]), "mean")
