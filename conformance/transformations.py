"""Samples made of samples: how the arrays of a call lie beside each other, so that parts can be taken or hidden."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

import array_losses as al
from array_losses.families.base import Family
from array_losses.families.function import family_of
from array_losses.families.geometry import Geometry
from array_losses.families.labels import ClassIds
from array_losses.families.letters import Letters, Sizes, aligned
from array_losses.families.roles import Role

from .backends import Backend
from .case import Case, Sample
from .check import Subject, drawn, few
from .reference import per_sample
from .samples import poisoned


@cache
def _functions() -> dict[str, Any]:
    return {record.name: record.function for record in al.catalog()}


def family(case: Case) -> Family:
    """The family record of the catalog's loss, also where the case tries a mutant of it."""
    return family_of(_functions().get(case.name, case.loss))


def additive(case: Case, sample: Sample) -> bool:
    """Whether the loss has `Sums`, with the options of a sample."""
    return not family(case).gathers(sample.options)


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


def soft(role: Role, array: np.ndarray | None, ndim: int) -> Role:
    """The role itself, or that of soft labels, which are no integers or have as many axes as the input."""
    if array is None or not isinstance(role, ClassIds) or role.soft is None:
        return role
    return role.soft if array.dtype.kind not in "iu" or (role.along_axis and array.ndim == ndim) else role


class Arrangement:
    """How the arrays of a sample lie beside each other, by the letters of the layout of its loss."""

    def __init__(self, case: Case, sample: Sample) -> None:
        its, arrays, ndim = family(case), named(case, sample), sample.arrays[0].ndim
        options = {**its.signature.defaults, **sample.options}
        self.layout = its.layout(options)
        where, returns = self.layout.where, self.layout.returns
        self.roles = {name: soft(role, arrays.get(name), ndim) for name, role in self.layout.roles.items()}
        self.letters = {name: role.letters for name, role in self.roles.items()} | {"where": where}
        shapes = [arrays[name].shape if name in arrays else None for name in self.roles]
        start = self.layout.start(ndim, options) or Sizes()
        found = self.layout.geometry(tuple(self.roles.values()), shapes, start)
        assert isinstance(found, Geometry), f"{case.name}, {sample.label}: {found}"
        self.sizes, self.masked, self.mask_shape = found.sizes, found.masked, found.mask_shape
        self.samples = next(each for each in (*returns, *where) if each in where)
        """The letter of the samples: the first of the unreduced loss or, if that is of the whole batch, of the mask."""
        self.batch = next(iter(self.sizes.of(self.samples) or ()), None)
        """The number of samples; None where there is no axis of them."""
        self.pooled = self.samples not in returns
        """Whether the unreduced loss is of the whole batch, and weights of the samples are inside of it."""
        within = tuple(each for each in self.layout.inner if each != self.samples)
        self.letters["sample_weight"] = (self.samples,) if self.pooled and within else returns
        self.apart = bool(within) and self.samples[0] != "*"
        """Whether the mask reaches inside of the losses, so that as many places of each sample must be left."""
        self.places = within if self.apart else where
        """The letters of the places that can be left out, within each sample where these stay apart."""

    @property
    def class_axis(self) -> int | None:
        """The axis of the classes in the first array, if the caller chooses it and the mask lacks it."""
        axis = self.layout.axis
        return self.along(next(iter(self.roles)), axis)[0] if axis and axis not in self.layout.where else None

    def along(self, name: str, letter: str) -> list[int]:
        """The axes of an array that are the first of a letter or, with a prime, of its twin."""
        axes = self.sizes.axes(self.letters[name])
        return [place for place, (each, i) in enumerate(axes) if each.rstrip("'") == letter and i == 0]

    def whole(self, name: str, array: np.ndarray) -> np.ndarray:
        """An array broadcast so far that each sample has its entry.

        Weights keep an axis that the mask lacks, the classes of a region, as they have it: the background may be left
        out of the unreduced loss, which letters do not say.
        """
        axes, shape = self.sizes.axes(self.letters[name]), self.sizes.shape(self.letters[name])
        if name in self.roles:
            shared = len(shape) > 0 and array.shape == shape[:-1]  # by all of the last axis
            return np.broadcast_to(array[..., None] if shared else array, shape)
        own = [each.rstrip("'") in self.layout.where for each, _ in axes]
        shape = tuple([n if mine else 1 for n, mine in zip(shape, own, strict=True)])
        return per_sample(array, np.broadcast_shapes(shape, array.shape) if array.ndim == len(shape) else shape)

    def ordered(self, letters: Letters, array: np.ndarray) -> np.ndarray:
        """An array with its axes in the order of its letters, wherever the caller's axis lies."""
        own = self.sizes.axes(letters)
        return np.transpose(array, [own.index(axis) for axis in Sizes(self.sizes.known).axes(letters)])

    def left(self, letters: Letters, array: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """An array, in the order of its letters, without the places that a mask leaves out.

        Those that stay lie along one axis; where samples stay apart, they are those that the first one keeps.
        """
        plain, where = Sizes(self.sizes.known), self.layout.where
        axes, array, mask = plain.axes(letters), self.ordered(letters, array), self.ordered(where, mask)
        for prime in ("", "'"):
            if self.places[0] + prime in letters:
                gone = [axes.index((each + prime, i)) for each, i in plain.axes(where) if each in self.places]
                first = len(plain.axes(letters[: letters.index(self.places[0] + prime)]))
                array = np.moveaxis(array, gone, range(len(gone)))[mask[0] if self.apart else mask]
                array = np.moveaxis(array, 0, first)
        return array


def full(case: Case, sample: Sample) -> dict[str, np.ndarray]:
    """The arrays that samples have of their own, broadcast so far that each sample has its entry."""
    how, found = Arrangement(case, sample), named(case, sample)
    if how.pooled and "sample_weight" in found and found["sample_weight"].ndim == 0:
        del found["sample_weight"]  # one number is the weight of the loss, not of the samples inside of it
    return {name: how.whole(name, x) for name, x in found.items() if how.samples in how.letters.get(name, ())}


def placed(case: Case, sample: Sample) -> dict[str, np.ndarray]:
    """The arrays with an entry, or several, at each place that a mask may hide."""
    how = Arrangement(case, sample)
    return {name: x for name, x in full(case, sample).items() if set(how.layout.where) <= set(how.letters[name])}


# --- samples made of samples ----------------------------------------------------------------------------------------


def taken(case: Case, sample: Sample, index: Any) -> Sample:
    """The samples at these places of the batch, in this order."""
    how, found = Arrangement(case, sample), full(case, sample)
    for name in found:
        for axis in how.along(name, how.samples):
            found[name] = np.take(found[name], np.asarray(index, dtype=np.int64), axis)
    return replaced(case, sample, found)


def masked(case: Case, sample: Sample, mask: np.ndarray) -> Sample:
    """The sample with fewer places kept."""
    return replaced(case, sample, {"where": mask & per_sample(sample.options.get("where", True), mask.shape)})


def hidden(case: Case, sample: Sample, mask: np.ndarray) -> Sample:
    """The sample with NaN, infinities and bad ids in the places that a mask leaves out."""
    how, found = Arrangement(case, sample), {}
    for name, each in placed(case, sample).items():
        kept = aligned(mask, how.masked, how.sizes.axes(how.letters[name]))
        if each.dtype.kind == "f":
            found[name] = poisoned(each, kept)
        elif each.dtype.kind in "iu":
            found[name] = np.where(kept, each, 99)
    return replaced(case, sample, found)


def kept(case: Case, sample: Sample, mask: np.ndarray) -> Sample:
    """The sample without the places that a mask leaves out; where samples stay apart, the same ones of each."""
    how = Arrangement(case, sample)
    if how.apart and not mask.size:
        return sample
    found: dict[str, Any] = {
        name: how.left(how.letters[name], how.whole(name, each), mask)
        for name, each in named(case, sample).items()
        if how.places[0] in how.letters.get(name, ())
    }
    if how.class_axis is not None:
        letters = [each for each in how.letters[next(iter(how.roles))] if each not in how.places[1:]]
        found["axis"] = letters.index(how.layout.axis)
    return replaced(case, sample, found)
