"""The `Sums` of the parts of a batch, merged, give the loss of the whole batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

import array_losses as al
from array_losses.families.function import family_of

from ..backends import Backend
from ..case import Case, Sample, normalizers
from ..check import Check, Finding, Subject, chosen, drawn
from ..comparison import compared, evaluated, mean_name, precisions, total
from ..transformations import Arrangement, additive, family, full, named, replaced


def cuts(count: int) -> tuple[slice, ...]:
    """Uneven parts of a batch, one of them empty."""
    edges = sorted({0, min(1, count), min(3, count), count})
    return (*(slice(a, b) for a, b in pairwise(edges)), slice(count, count))


def in_parts(loss: Any, *arrays: Any, axes: dict[int | str, int], parts: tuple[slice, ...], **options: Any) -> Any:
    """The loss of a batch from the `Sums` of its parts; `axes` says where the batch lies in which arrays."""

    def cut(key: int | str, value: Any, part: slice) -> Any:
        return value if key not in axes else value[(slice(None),) * axes[key] + (part, ...)]

    found = {}
    for normalizer in normalizers(loss):
        sums = [
            loss(
                *(cut(i, each, part) for i, each in enumerate(arrays)),
                **{name: cut(name, each, part) for name, each in options.items()},
                normalizer=normalizer,
                reduction="sums",
            )
            for part in parts
        ]
        found[mean_name(normalizer)] = sum(sums).loss()
        found["sum"] = (sums[0] + sum(sums[1:])).loss("sum")
    return found


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    how, own = Arrangement(case, sample), batches(case, sample)
    assert how.batch is not None
    whole = replaced(case, sample, own)
    names = [name for name in named(case, whole) if name not in whole.options]
    axes = {names.index(name) if name in names else name: how.along(name, how.samples)[0] for name in own}
    split = partial(in_parts, axes=axes, parts=cuts(how.batch))
    for dtype in precisions(backend):
        wanted = evaluated(case, backend, whole, dtype, total)
        found = evaluated(case, backend, whole, dtype, split)
        yield from compared("merged against whole", case, backend, whole, found, wanted, dtype)
    if sample is drawn(case)[0]:
        yield from refused(case, backend, sample)


def batches(case: Case, sample: Sample) -> dict[str, np.ndarray]:
    """The arrays that are cut; those that are options of the loss must be the same in all `Sums`."""
    return {name: each for name, each in full(case, sample).items() if name not in family(case).static_arrays}


def another_normalizer(case: Case) -> Any:
    """One that is not the loss's own."""
    parts = getattr(family(case), "parts", ())
    counts = bool(parts) and all(family_of(each).divisor == "count" for each in parts)
    return "weights" if counts else normalizers(case.loss)[-1]


def refused(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    """Sums of another normalizer, precision or hyperparameter do not merge."""
    dtype = backend.dtypes[-1]

    def sums(options: dict[str, Any], dtype: str = dtype) -> Any:
        other = replaced(case, sample, options)
        f: Callable[..., Any] = partial(case.loss, reduction="sums")
        return backend.call(f, backend.move(other.arrays, dtype), backend.move(other.options, dtype))

    one = sums({})
    changed = {"normalizer": another_normalizer(case), **other_numbers(case)}
    others = {name: sums({name: value}) for name, value in changed.items()}
    if len(backend.dtypes) > 1:
        others["dtype"] = sums({}, backend.dtypes[0])
    for name, other in others.items():
        try:
            one + other
        except al.errors.MergeError:
            yield Finding(f"another {name} refused")
        else:
            yield Finding(f"another {name} refused", message="sums of different options were added")


def other_numbers(case: Case) -> dict[str, float]:
    """Each hyperparameter that is a fraction, at another value in its domain."""
    defaults = family(case).signature.defaults
    return {
        name: 0.5 * defaults[name] + 0.3 for name in family(case).hyperparameters if isinstance(defaults[name], float)
    }


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """The samples that are a batch, of which no option of the loss is another in each part."""
    given = (each for each in chosen(case, backend, count) if additive(case, each.content))
    return (each for each in given if may_be_cut(case, each.content))


def may_be_cut(case: Case, sample: Sample) -> bool:
    how, static = Arrangement(case, sample), family(case).static_arrays
    own = [x for name, x in named(case, sample).items() if name in static and how.samples in how.letters.get(name, ())]
    return how.batch is not None and all(x.ndim < len(how.mask_shape) or len(x) == 1 for x in own)


CHECK = Check("sums", "The merged `Sums` of the parts of a batch are those of the batch.", run, subjects)
