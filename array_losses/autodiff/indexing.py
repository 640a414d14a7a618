"""The pull-backs of indexing, without the scatter that the standard lacks."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Any

from ..backends import backend_of
from ..errors import MissingRuleError
from ..typing import Array, Namespace


def getitem(xp: Namespace, y: Array, x: Array, key: Any) -> tuple[Callable[[Array], Array]]:
    """Basic indexing: integers, slices, None and the ellipsis. Each axis is padded back with zeros."""
    entries = [int(e) if isinstance(e, Integral) else e for e in (key if isinstance(key, tuple) else (key,))]
    used = sum(1 for each in entries if isinstance(each, int | slice))
    if any(not (each is None or each is Ellipsis or isinstance(each, int | slice)) for each in entries):
        raise MissingRuleError("only integers, slices, None and ... index a traced array: use xp.take or xp.where")
    if Ellipsis not in entries:
        entries.append(Ellipsis)
    at = entries.index(Ellipsis)
    entries[at : at + 1] = [slice(None)] * (x.ndim - used)
    per_axis = [each for each in entries if each is not None]

    def pull(g: Array) -> Array:
        lengths = [
            1 if isinstance(e, int) else len(range(*e.indices(n))) for e, n in zip(per_axis, x.shape, strict=True)
        ]
        g = xp.reshape(g, tuple(lengths))
        for axis, (entry, size) in enumerate(zip(per_axis, x.shape, strict=True)):
            g = _unslice(xp, g, axis, entry, size)
        return g

    return (pull,)


def _unslice(xp: Namespace, g: Array, axis: int, entry: int | slice, size: int) -> Array:
    """Zeros of length `size` along `axis`, but for `g` at the places of the index."""
    if isinstance(entry, int):
        start = entry % size
        entry = slice(start, start + 1)
    places = range(*entry.indices(size))
    if len(places) == size and places.step == 1:
        return g
    if places.step < 0:
        g, places = xp.flip(g, axis=axis), places[::-1]
    count, step = len(places), abs(places.step)
    if count == 0:
        return _zeros(xp, g, axis, size)
    if step > 1:  # step - 1 zeros behind each entry
        wide = xp.expand_dims(g, axis=axis + 1)
        wide = xp.concat([wide, _zeros(xp, wide, axis + 1, step - 1)], axis=axis + 1)
        g = xp.reshape(wide, (*g.shape[:axis], count * step, *g.shape[axis + 1 :]))
        last = (slice(None),) * axis + (slice(0, (count - 1) * step + 1), ...)
        g = g[last]
    before, after = places[0], size - 1 - places[-1]
    return xp.concat([_zeros(xp, g, axis, before), g, _zeros(xp, g, axis, after)], axis=axis)


def _zeros(xp: Namespace, g: Array, axis: int, size: int) -> Array:
    """Zeros like `g`, of another length along `axis`."""
    lead = xp.sum(g, axis=axis, keepdims=True)
    return xp.broadcast_to(xp.zeros_like(lead), (*g.shape[:axis], size, *g.shape[axis + 1 :]))


def place_rows(xp: Namespace, g: Array, x: Array, ids: Array, axis: int, along: bool = False) -> Array:
    """The pull-back of `take` and `take_along_axis`: every place of x gets the g of all ids that name it."""
    axis %= x.ndim
    size = x.shape[axis]
    g, wide = xp.moveaxis(g, axis, -1), xp.moveaxis(ids, axis, -1) if along else ids
    wide = xp.where(wide < 0, wide + size, wide)
    classes = backend_of(ids).arange(size, ids)
    hit = xp.expand_dims(wide, axis=-1) == classes  # (..., K, size)
    back = xp.sum(xp.where(hit, xp.expand_dims(g, axis=-1), xp.zeros_like(xp.expand_dims(g, axis=-1))), axis=-2)
    return xp.moveaxis(back, -1, axis)
