"""Promises of the losses of pairs of boxes that tell how these losses stand to each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, promise


@promise("kinds of one overlap")
def kinds(good: ValidCall) -> Iterator[Claim]:
    """Of boxes that overlap, with an `eps` that vanishes beside their areas."""
    near = good.having(boxes2=good["boxes1"] + np.array([0.5, -0.25, 0.5, -0.25]), eps=1e-30)
    linear, log, square = (near.having(kind=kind) for kind in ("linear", "log", "square"))
    yield Claim((linear, square), lambda a, b: (b, a * (2 - a)))
    yield Claim((linear, log), lambda a, b: (b, -np.log1p(-a)))


@promise("the overlap, and more")
def more(good: ValidCall) -> Iterator[Claim]:
    """No less than the loss of the overlap alone, and no more where the boxes have one centre and one shape."""
    yield Claim((good.of("box_iou_loss"), good), lambda a, b: b >= a)
    centre = (good["boxes1"][..., :2] + good["boxes1"][..., 2:]) / 2
    half = np.abs(good["boxes1"][..., 2:] - centre)
    one, other = (np.concatenate([-size * half, size * half], axis=-1) for size in (1, 2))
    nested = good.having(boxes1=one, boxes2=other)
    yield Claim((nested.of("box_iou_loss"), nested), lambda a, b: (b, a))
