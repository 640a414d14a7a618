"""The finish of regional losses: from sums over pixels to the losses of pairs, and of sums merged over batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..backends import backend_of
from ..numerics import divide_no_nan
from ..pairs import Parts, merged_pairs, zeros
from ..reduction import Elements, divide, divisor_of, weighted
from ..sums import keep_finish
from ..typing import Array


def region_losses(
    finish: Callable[..., Array],
    options: dict[str, Any],
    skip_empty: bool,
    sums: tuple[Array, ...],
    weights: tuple[Array | None, ...],
    coupled: bool = False,
) -> Elements:
    """The losses of the pairs; a pair without a pixel left, and with `skip_empty` one without truth, does not count.

    A finish that is `coupled` makes one loss of all classes, which counts where any of them has a pixel left.
    """
    *terms, pixels = sums
    kept = pixels > 0
    if coupled:
        kept = backend_of(pixels).xp.any(kept, axis=-1)
    if skip_empty:
        kept = kept & (terms[-1] > 0)
    return weighted(finish(*terms, **options), weights, None, kept)


def pair_shape(shape: tuple[int, ...], options: Mapping[str, Any]) -> tuple[int, ...] | None:
    """The shape of the losses of the pairs of an input of this shape; None where such a call is refused."""
    axis, ndim = options["axis"], len(shape)
    samples = () if options.get("batch") else shape[:1]
    if axis is None:
        return samples if ndim else None
    if ndim < 2 or not -ndim <= axis < ndim or axis % ndim == 0:
        return None
    classes = shape[axis]
    whole = options["include_background"] or options["activation"] == "sigmoid" or classes == 1
    return (*samples, classes if whole else classes - 1)


@keep_finish
class RegionalFinish(NamedTuple):
    """The last step of a loss whose sums run over the batch; equal for sums that may be merged."""

    loss: str
    options: tuple[tuple[str, Any], ...]
    dtype: str
    finish: Callable[..., Array]
    finish_options: tuple[tuple[str, Any], ...]
    skip_empty: bool
    normalizer: str
    constants: tuple[str, ...]
    """Which constants follow the sums; each was added up once per merged `Sums`, as was the 1 at the end."""
    terms: int
    coupled: bool = False
    hyper_arrays: tuple[str, ...] = ()
    """Which constants are hyperparameters."""

    def __call__(self, parts: tuple[Array, ...], reduction: str) -> Array:
        backend, merged = backend_of(parts[0]), parts[-1]
        given = {
            name: divide_no_nan(each, merged) for name, each in zip(self.constants, parts[self.terms : -1], strict=True)
        }
        weights = (given.get("weight"), given.get("sample_weight"))
        options = dict(self.finish_options) | {name: given[name] for name in self.hyper_arrays}
        elements = region_losses(self.finish, options, self.skip_empty, parts[: self.terms], weights, self.coupled)
        total = backend.xp.sum(elements.loss)
        if reduction == "mean":
            constant = given.get("normalizer", self.normalizer)
            total = divide(total, divisor_of(elements, constant))
        return total

    def merged(self, *pairs: Parts) -> tuple[Parts, Parts]:
        return merged_pairs(*pairs)

    def zeros(self, parts: tuple[Array, ...]) -> tuple[Array, ...]:
        return zeros(parts)

    def __repr__(self) -> str:
        return f"{self.loss}({', '.join(f'{name}={value!r}' for name, value in self.options)})"
