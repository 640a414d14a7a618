"""Causes in how the arrays lie beside each other."""

from __future__ import annotations

import numpy as np

from ...families.labels import ClassIds, Probabilities
from ..entries import Entry
from ..evidence import Evidence
from .cause import Cause

Shape = tuple[int, ...]


def without(shape: Shape, axis: int) -> Shape:
    return (*shape[:axis], *shape[axis + 1 :])


def takes_ids(e: Evidence, name: str) -> bool:
    """Whether an array may be class ids, whatever it is here."""
    return isinstance(e.family.layout(e.options).roles.get(name), ClassIds)


def wanted_shape(e: Evidence, entry: Entry) -> Shape:
    """The shape that an array beside the first one should have."""
    assert e.main is not None
    shape: Shape = e.main.values.shape
    hard = takes_ids(e, entry.name) or entry.name in ("where", "sample_weight")
    return without(shape, e.class_axis) if hard and e.class_axis is not None else shape


def column_beside_row(e: Evidence) -> Cause | None:
    if e.main is None or not e.error:
        return None
    for entry in e.entries.values():
        shape, wanted = entry.values.shape, wanted_shape(e, entry)
        alike = [n for n in shape if n != 1] == [n for n in wanted if n != 1]
        if entry is e.main or shape == wanted or not alike or f"`{entry.name}`" not in e.error:
            continue
        seen = f"`{e.main.name}` has shape {e.main.values.shape}, `{entry.name}` {shape}: an axis of size 1 too many"
        longer, axis = (entry, shape) if len(shape) > len(wanted) else (e.main, wanted)
        place = axis.index(1) if 1 in axis else 0
        return Cause(
            "(N, 1) beside (N,)",
            seen.replace("too many", "too many or too few") if len(shape) == len(wanted) else seen,
            f"take the axis out: {longer.name}[{':, ' * place}0]; do not let them broadcast to (N, N)",
        )
    return None


def wrong_class_axis(e: Evidence) -> Cause | None:
    if e.main is None or e.class_axis is None:
        return None
    shape, ndim = e.main.values.shape, e.main.values.ndim
    others = [axis for axis in range(ndim - 1, 0, -1) if axis != e.class_axis]
    for entry in e.truths:
        fits = [axis for axis in others if entry.values.shape == without(shape, axis)]
        if e.error and takes_ids(e, entry.name) and fits and entry.values.shape != wanted_shape(e, entry):
            seen = (
                f"`{entry.name}` has the shape {entry.values.shape} of `{e.main.name}` {shape} without axis {fits[0]}"
            )
            return axis_cause(seen, fits[0], ndim)
    for entry in distributions(e):
        found = [
            axis for axis in others if entry.sums_to_one(axis, np.exp if e.traits.logs and entry is e.main else None)
        ]
        if found and shape[e.class_axis] > 1 and not sums_to_one(e, entry):
            seen = f"`{entry.name}` sums to 1 along axis {found[0]}, and not along axis {e.class_axis}"
            return axis_cause(seen, found[0], ndim)
    return None


def axis_cause(seen: str, axis: int, ndim: int) -> Cause:
    return Cause("wrong class axis", seen, f"write axis={-1 if axis == ndim - 1 else axis}")


def distributions(e: Evidence) -> list[Entry]:
    """The arrays that hold distributions over the classes."""
    main = e.main
    found = [each for each in e.truths if isinstance(each.role, Probabilities) and each.is_floating]
    if main is not None and (e.traits.logs or (e.domain_of(main) is not None and e.options.get("activation", 1))):
        found.append(main)
    return found


def sums_to_one(e: Evidence, entry: Entry) -> bool:
    assert e.class_axis is not None
    return entry.sums_to_one(e.class_axis, np.exp if e.traits.logs and entry is e.main else None)


def one_hot_as_ids(e: Evidence) -> Cause | None:
    for entry in e.truths if e.error and e.main is not None else []:
        same = e.main is not None and entry.values.shape == e.main.values.shape
        if takes_ids(e, entry.name) and same and entry.kind in "iub" and entry.holds_only(0, 1):
            seen = f"`{entry.name}` holds {entry.dtype} 0 and 1 in the shape of `{e.main.name}`" if e.main else ""
            axis = e.class_axis if e.class_axis is not None else -1
            remedy = f"give ids, {entry.name}.argmax({axis}), or make it floating: integers are class ids"
            return Cause("one-hot labels as class ids", seen, remedy)
    return None


def ids_as_floats(e: Evidence) -> Cause | None:
    for entry in e.truths if e.error and e.main is not None else []:
        whole = entry.is_floating and bool(entry.counted.size) and bool(np.all(entry.counted % 1 == 0))
        if takes_ids(e, entry.name) and whole and entry.values.shape == wanted_shape(e, entry):
            seen = f"`{entry.name}` holds {entry.dtype} whole numbers in the shape of class ids"
            return Cause("class ids as floats", seen, "convert them to an integer dtype")
    return None


def labels_first(e: Evidence) -> Cause | None:
    main = e.main
    if main is None or not e.error:
        return None
    for entry in e.truths:
        if not entry.is_floating or not entry.counted.size or bool(np.all(entry.counted % 1 == 0)):
            continue
        labels = takes_ids(e, entry.name) or getattr(entry.role, "labels", False)
        if labels and (main.kind in "iub" or main.holds_only(0, 1) or main.holds_only(-1, 1)):
            seen = f"`{main.name}` holds labels, and `{entry.name}` numbers of a model"
            return Cause("labels first", seen, f"give `{main.name}` first, then `{entry.name}`")
    return None


CAUSES = ((labels_first, one_hot_as_ids, wrong_class_axis, ids_as_floats, column_beside_row),)
