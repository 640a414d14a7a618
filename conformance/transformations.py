"""Samples made of samples: how the arrays of a call hang together, so that parts of them can be taken or hidden."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

import array_losses as al
from array_losses.families.base import Family, family_of
from array_losses.families.layout import Layout
from array_losses.families.letters import Sizes

from .backends import Backend
from .case import Case, Sample
from .check import Subject, drawn, few
from .reference import per_sample
from .samples import poisoned

SHARED = ("weight", "alpha", "default_boxes", "linear_weight", "linear_bias")
"""What all samples of a batch share, but for pointwise losses, where everything has the shape of `input`."""
PLACED = {
    "Classwise": ("input", "target", "sample_weight", "where"),
    "Regional": ("input", "target", "where"),
    "Samplewise": ("loc_pred", "conf_pred", "loc_target", "conf_target", "where"),
}
"""The arrays with an entry for each place that a mask may hide; of pointwise losses these are all."""


@cache
def _functions() -> dict[str, Any]:
    return {record.name: record.function for record in al.catalog()}


def family(case: Case) -> Family:
    """The family record of the catalog's loss, also where the case tries a mutant of it."""
    return family_of(_functions().get(case.name, case.loss))


def kind(case: Case) -> str:
    """ "Pointwise", "Classwise", "Regional" or "Imagewise"; features along an axis are like classes."""
    name = type(family(case)).__name__
    return "Classwise" if name == "LinearHead" else name


def additive(case: Case) -> bool:
    """Whether the loss has `Sums`."""
    return not getattr(family(case), "gather", "")


def layout(case: Case, sample: Sample) -> tuple[Layout, Sizes]:
    """The roles of the arrays of a declared loss, and the sizes of their letters."""
    its: Any = family(case)
    found = its.layout(sample.options)
    axis = sample.options.get("axis", -1) % max(sample.arrays[0].ndim, 1)
    sizes = Sizes(letter=found.axis, axis=axis if found.axis else -1)
    for name, array in named(case, sample).items():
        if name in found.roles:
            sizes = sizes.matched(found.roles[name].letters, array.shape) or sizes
    return found, sizes


def typical(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """A few samples that show everything, for what does not depend on values."""
    return (Subject(sample.label, sample) for sample in few(drawn(case))[:count])


# --- the arrays of a sample -----------------------------------------------------------------------------------------


def named(case: Case, sample: Sample) -> dict[str, np.ndarray]:
    """All arrays by their names."""
    options = {name: each for name, each in sample.options.items() if isinstance(each, np.ndarray)}
    return {**dict(zip(family(case).signature.positional, sample.arrays, strict=False)), **options}


def replaced(case: Case, sample: Sample, given: dict[str, Any]) -> Sample:
    """The sample with other arrays or options, by their names."""
    values = {**sample.options, **given}
    names = family(case).signature.positional[: len(sample.arrays)]
    arrays = tuple(values.pop(name, each) for name, each in zip(names, sample.arrays, strict=True))
    return Sample(sample.label, arrays, values, sample.smooth)


def floating(case: Case, sample: Sample) -> tuple[int, ...]:
    """The positions of the arrays that one may differentiate."""
    names = family(case).signature.positional
    return tuple(i for i, x in enumerate(sample.arrays) if names[i] in case.differentiable and x.dtype.kind == "f")


def class_axis(case: Case, sample: Sample) -> int | None:
    """The axis of the classes in `input`, as a number >= 0; None where there is none."""
    if kind(case) in ("Pointwise", "Samplewise", "Declared"):
        return None
    axis, ndim = sample.options.get("axis", 1), sample.arrays[0].ndim
    if not has_axis(case):
        return ndim - 1
    return axis if axis is None else 0 if ndim == 1 else axis % ndim


def has_axis(case: Case) -> bool:
    """Whether the class axis is the caller's choice."""
    return "axis" in family(case).signature.defaults


def classes(case: Case, sample: Sample) -> int | None:
    """The number of classes; None where there are none."""
    if "linear_weight" in named(case, sample):
        return named(case, sample)["linear_weight"].shape[0]
    axis = class_axis(case, sample)
    return None if axis is None else sample.arrays[0].shape[axis]


def mask_shape(case: Case, sample: Sample) -> tuple[int, ...]:
    """The shape of a mask: elements, positions, pixels or default boxes."""
    shape, axis = sample.arrays[0].shape, class_axis(case, sample)
    if kind(case) == "Declared":
        found, sizes = layout(case, sample)
        return sizes.shape(found.where)
    if kind(case) == "Samplewise":
        return shape[:2]
    return shape if axis is None else shape[:axis] + shape[axis + 1 :]


def rows(case: Case, sample: Sample) -> tuple[int, ...] | None:
    """The shape of weights of the samples, one for each; None where there is no axis of samples."""
    return (weighed if kind(case) == "Declared" else mask_shape)(case, sample)[:1] or None


def weighed(case: Case, sample: Sample) -> tuple[int, ...]:
    """The shape of what `sample_weight` weighs, its last axis 1 where that is the classes."""
    shape = mask_shape(case, sample)
    if kind(case) == "Declared":
        found, sizes = layout(case, sample)
        return sizes.shape(found.returns)
    if (
        kind(case) != "Regional"
        or getattr(family(case), "coupled", False)
        or class_axis(case, sample) is None
        or sample.options.get("batch")
    ):
        return shape[:1] if kind(case) in ("Regional", "Samplewise") else shape
    return (shape[0], 1)


def full(case: Case, sample: Sample) -> dict[str, np.ndarray]:
    """The arrays that samples have of their own, weights and masks broadcast so far that each sample has its entry."""
    found, shape = named(case, sample), mask_shape(case, sample)
    if "where" in found:
        found["where"] = per_sample(found["where"], shape)
    weight = found.get("sample_weight")
    if weight is not None and shape:
        own = weighed(case, sample)
        wide = own if weight.ndim < 2 or kind(case) != "Regional" else (*own[:1], weight.shape[1])
        found["sample_weight"] = per_sample(weight, wide)
        if sample.options.get("batch") and weight.ndim == 0:
            del found["sample_weight"]  # of the pooled batch
    if kind(case) == "Pointwise":
        return {name: np.broadcast_to(each, shape) for name, each in found.items()}
    return {name: each for name, each in found.items() if name not in SHARED or kind(case) == "Declared"}


def placed(case: Case, sample: Sample) -> dict[str, np.ndarray]:
    """The arrays with an entry, or one for each class, at each place that a mask may hide."""
    found = full(case, sample)
    if kind(case) == "Declared":
        roles = layout(case, sample)[0]
        own = {name: role.letters for name, role in roles.roles.items()}
        own |= {"where": roles.where, "sample_weight": roles.returns}
        return {name: x for name, x in found.items() if set(roles.where) <= set(own[name])}
    return {name: found[name] for name in PLACED.get(kind(case), tuple(found)) if name in found}


# --- samples made of samples ----------------------------------------------------------------------------------------


def batch_axis(case: Case, sample: Sample, array: np.ndarray) -> int:
    """The axis of the samples: the first that is not that of the classes, or of the items of a list."""
    if kind(case) == "Declared":
        chosen = layout(case, sample)[0].axis and sample.options.get("axis", -1) % sample.arrays[0].ndim == 0
        return int(bool(chosen) and array.ndim == sample.arrays[0].ndim > 1)
    return int(class_axis(case, sample) == 0 and array.ndim == sample.arrays[0].ndim)


def taken(case: Case, sample: Sample, index: Any) -> Sample:
    """The samples at these places of the batch, in this order."""
    index = np.asarray(index, dtype=np.int64)
    found = {name: np.take(x, index, batch_axis(case, sample, x)) for name, x in full(case, sample).items()}
    if not additive(case) and "sample_weight" in found:  # of pairs
        found["sample_weight"] = np.take(found["sample_weight"], index, 1)
    return replaced(case, sample, found)


def masked(case: Case, sample: Sample, mask: np.ndarray) -> Sample:
    """The sample with fewer places kept."""
    return replaced(case, sample, {"where": mask & per_sample(sample.options.get("where", True), mask.shape)})


def hidden(case: Case, sample: Sample, mask: np.ndarray) -> Sample:
    """The sample with NaN, infinities and bad ids in the places that a mask leaves out."""
    found, axis = {}, class_axis(case, sample)
    for name, each in placed(case, sample).items():
        kept = mask if each.ndim == mask.ndim else np.expand_dims(mask, -1 if axis is None else axis)
        if each.dtype.kind == "f":
            found[name] = poisoned(each, kept)
        elif each.dtype.kind in "iu":
            found[name] = np.where(kept, each, 99)
    return replaced(case, sample, found)


def kept(case: Case, sample: Sample, mask: np.ndarray) -> Sample:
    """The sample without the places that a mask leaves out.

    The mask of a regional loss keeps as many pixels in each sample, that of a detection loss the same default boxes
    in each image.
    """
    if kind(case) in ("Regional", "Samplewise") and not mask.size:
        return sample
    axis = class_axis(case, sample)
    found: dict[str, Any] = {"axis": 1} if axis is not None and has_axis(case) else {}
    last = -1 if axis is None else axis
    for name, each in placed(case, sample).items():
        wide = each.ndim > mask.ndim
        chosen = (np.moveaxis(each, last, -1) if wide else each)[mask]
        if kind(case) in ("Regional", "Samplewise"):
            count = np.count_nonzero(mask[0])
            chosen = chosen.reshape(len(mask), count, *chosen.shape[1:])
            chosen = np.moveaxis(chosen, -1, 1) if wide and kind(case) == "Regional" else chosen
        found[name] = chosen
    if not additive(case) and found.get("sample_weight", mask).ndim > 1:  # of pairs
        found["sample_weight"] = found["sample_weight"][:, mask]
    if "default_boxes" in (boxes := named(case, sample)):
        found["default_boxes"] = boxes["default_boxes"][mask[0]]
    return replaced(case, sample, found)
