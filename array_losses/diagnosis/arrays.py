"""The arrays of a call by their roles: how they lie, what of them counts, and what lies outside its domain."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..arguments import Arguments
from ..domains import DomainCheck
from ..errors import ArrayLossesError
from ..families.base import Family
from ..families.frame import Frame, place_mask
from ..families.geometry import Geometry, Misfit
from ..families.labels import ClassIds, IdCheck, Ids
from ..families.layout import Layout
from ..families.roles import Mask, Real, Role, Weight
from ..families.sequences import Sanitizer
from ..options import PLAIN
from .entries import Entry


class Placed(NamedTuple):
    """The arrays of a call."""

    roles: dict[str, Role]
    arrays: dict[str, Any]
    geometry: Geometry | None = None
    where: Any = None
    """The mask, of all positions; None is everything."""
    kept: Any = None
    """The mask without ignored ids."""
    frame: Frame | None = None
    checks: Mapping[str, Any] = {}
    """What is found when values are checked: by what to tell the bad ones."""


def placed_by_roles(family: Family, values: dict[str, Any]) -> Placed:
    """The arrays of a call whose values nobody has checked, as far as their shapes and dtypes allow."""
    layout = family.layout(values)
    roles = dict(layout.roles)
    arrays: dict[str, Any] = {name: values.get(name) for name in roles}
    given = {name: each for name, each in arrays.items() if each is not None}
    call = None
    with suppress(ArrayLossesError):
        call = family.arguments_of(values)
    for name, value in given.items():
        arrays[name] = numbers_or_none(value)
        if arrays[name] is None:
            continue
        with suppress(ArrayLossesError):
            if call is not None:
                arrays[name] = np.asarray(roles[name].place(call, name, value))
                roles[name] = roles[name].resolved(call, call.placed.get(name, arrays[name]))
    first = arrays[layout.first]
    start = None if first is None else layout.start(first.ndim, values)
    if call is None or start is None:
        return Placed(roles, arrays)
    geometry = fitted(
        layout, roles, {name: None if each is None else each.shape for name, each in arrays.items()}, start
    )
    return Placed(roles, arrays) if geometry is None else checked(family, call, values, Placed(roles, arrays, geometry))


def numbers_or_none(value: Any) -> np.ndarray | None:
    """An array of real numbers; None where it is none."""
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        return None
    return array if array.dtype.kind in "biuf" or array.dtype.name == "bfloat16" else None


def fitted(layout: Layout, roles: dict[str, Role], shapes: dict[str, Any], start: Any) -> Geometry | None:
    """How arrays of these shapes lie beside each other; None where they do not fit.

    Integers in the shape of the first array may be maps, one of each class.
    """
    found = layout.geometry(list(roles.values()), list(shapes.values()), start)
    if isinstance(found, Misfit) and isinstance(found.role, ClassIds) and found.role.soft is not None:
        roles[found.name] = found.role.soft
        found = layout.geometry(list(roles.values()), list(shapes.values()), start)
    return None if isinstance(found, Misfit) else found


def checked(family: Family, call: Arguments, values: dict[str, Any], placed: Placed) -> Placed:
    """The arrays with the mask of what counts, and by what to tell values that are bad."""
    geometry, layout = placed.geometry, family.layout(values)
    assert geometry is not None
    plain = {name: values[name] for name in family.hyperparameters if type(values[name]) in PLAIN}
    frame = Frame(layout, geometry, plain, (), call.compute, summed=False)
    where, checks = None, {}
    with suppress(ArrayLossesError):
        where = place_mask(call, values["where"], geometry.mask_shape, "")
    kept = where
    for name, role in geometry.checked:
        with suppress(ArrayLossesError):
            mask = None if where is None else frame.mask(where, name)
            checks[name] = role.check(call, name, placed.arrays[name], mask, frame)
        ids = placed.arrays[name]
        if ids.dtype.kind in "iu" and "ignore_index" in plain and geometry.axes[name] == geometry.masked:
            kept = (ids != plain["ignore_index"]) & (True if kept is None else kept)
    return placed._replace(where=where, kept=kept, frame=frame, checks=checks)


def counts(placed: Placed) -> tuple[int, int, int]:
    """The number of positions that the mask leaves out, of ignored ones, and of all."""
    if placed.geometry is None:
        return 0, 0, 0
    masked = 0 if placed.where is None else int(np.count_nonzero(~placed.where))
    hidden = 0 if placed.kept is None else int(np.count_nonzero(~placed.kept))
    return masked, hidden - masked, prod(placed.geometry.mask_shape)


def entries_of(
    family: Family, values: dict[str, Any], placed: Placed, dtypes: Mapping[str, str], origins: Mapping[str, str]
) -> dict[str, Entry]:
    """The arrays of a call with what is known of them; weights and the mask of the call too."""
    roles = {**placed.roles, "sample_weight": Weight(""), "where": Mask("")}
    arrays = {**placed.arrays, **{name: values[name] for name in ("sample_weight", "where")}}
    found = {}
    for name, given in arrays.items():
        array = numbers_or_none(given)
        if array is None:
            continue
        counted = counted_of(placed, name, array)
        bad, allowed = outside(placed, name, array)
        bad = bad if bad is None or counted is None else bad & counted
        axes = None if placed.geometry is None else placed.geometry.axes.get(name)
        dtype, origin = dtypes.get(name, "plain numbers"), origins.get(name, "")
        weight = isinstance(roles[name], Weight) and name not in family.by_hand_names  # which a model has
        found[name] = Entry(name, roles[name], array, dtype, origin, axes, counted, bad, allowed, weight)
    return found


def counted_of(placed: Placed, name: str, array: np.ndarray) -> np.ndarray | None:
    """The mask of what counts of an array, shaped to go with it; None is everything."""
    if placed.kept is None or placed.frame is None or name not in placed.frame.axes:
        return None
    mask = np.asarray(placed.frame.mask(placed.kept, name))
    with suppress(ValueError):  # of an array that is smaller than it may be
        if np.broadcast_shapes(mask.shape, array.shape) == array.shape:
            return mask
    return None


def outside(placed: Placed, name: str, array: np.ndarray) -> tuple[np.ndarray | None, str]:
    """The mask of the values that an array may not hold, and those that it may in words."""
    check, role = placed.checks.get(name), placed.roles.get(name)
    if isinstance(check, DomainCheck):
        allowed = str(role.domain) if isinstance(role, Real) and role.domain is not None else ""
        return (None if check.unseen is None else np.asarray(~check.unseen.valid(array))), allowed
    if isinstance(check, IdCheck) and check.valid is not None:
        good = check.valid(array)
        return ~np.asarray(good if check.kept is None else good | ~check.kept(array)), f"[0, {check.classes})"
    if isinstance(check, Sanitizer):
        rows = ~np.asarray(check.valid(array, placed.arrays))
        rows = np.reshape(rows, rows.shape + (1,) * (array.ndim - rows.ndim))
        own = np.asarray(check.usable(array)) != array  # what is made usable was not
        return rows & own, ""
    if isinstance(role, Ids) and placed.geometry is not None and array.dtype.kind in "iu":
        (count,) = placed.geometry.sizes.of(role.of) or (0,)
        return (array < -1) | (array >= count), f"[0, {count}) or -1"
    return None, ""
