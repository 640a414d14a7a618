"""What an oracle is: another project's losses, called in its own words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

from ..case import Sample
from ..reference import per_sample

REDUCTIONS = ("none", "mean", "sum")


class NotCovered(Exception):  # noqa: N818, no error
    """The peer has no such option or reduction; the text says which."""


Call = Callable[[Sample, str], Any]
"""The peer's value of a sample in one reduction, as what NumPy makes an array of."""


class Answer(NamedTuple):
    """How a peer is asked for one loss."""

    call: Call
    reductions: tuple[str, ...] = REDUCTIONS
    """That the peer has."""
    scale: float = 0.0
    """The size of parts that cancel in the peer's formula, as in `case.Allowance`."""
    samples: Callable[[np.random.Generator], Iterable[Sample]] | None = None
    """More samples, at settings that only this peer has."""


class Oracle(NamedTuple):
    """A peer."""

    name: str
    version: Callable[[], str]
    answers: Mapping[str, Answer | str]
    """For each loss how it is asked, or why it has none."""


# --- from a sample to the peer's arguments --------------------------------------------------------------------------


def native(call: Callable[..., Any]) -> Call:
    """The peer gets the arrays as they are."""

    def ask(sample: Sample, reduction: str) -> Any:
        _accept(call, sample.options)
        return call(*sample.arrays, reduction=reduction, **sample.options)

    return ask


def elementwise(call: Callable[..., Any]) -> Call:
    """What is masked does not exist: the peer gets the elements that are left, and its losses are put back.

    Targets are floating and weights have the shape of the input: some peers take nothing else.
    """

    @wraps(call)
    def ask(sample: Sample, reduction: str) -> Any:
        options = dict(sample.options)
        where = options.pop("where", None)
        _accept(call, options)
        input, target = sample.arrays
        full = {key: _broadcast(key, each, input.shape) for key, each in options.items()}
        target = target.astype(np.float64)
        if where is None:
            return call(input, target, reduction=reduction, **full)
        kept = per_sample(where, input.shape)
        full = {key: each[kept] if isinstance(each, np.ndarray) else each for key, each in full.items()}
        found = call(input[kept], target[kept], reduction=reduction, **full)
        return _put_back(found, kept) if reduction == "none" else found

    return ask


def classwise(call: Callable[..., Any]) -> Call:
    """The class axis last, one weight for each position. The peer gets the positions that are left as a list.

    Ids to ignore are left out too, unless the peer has `ignore_index`.
    """
    ignores = "ignore_index" in inspect.signature(call).parameters

    @wraps(call)
    def ask(sample: Sample, reduction: str) -> Any:
        options = dict(sample.options)
        where, axis = options.pop("where", None), options.pop("axis", 1)
        ignored = options.get("ignore_index", -100) if ignores else options.pop("ignore_index", -100)
        _accept(call, options)
        input, target = sample.arrays
        last = (lambda x: x) if input.ndim == 1 else (lambda x: np.moveaxis(x, axis, -1))
        ids = target.dtype.kind in "iu"
        input, target = last(input), target if ids else last(target)
        positions = input.shape[:-1]
        if options.get("sample_weight") is not None:
            options["sample_weight"] = per_sample(options["sample_weight"], positions)
        kept = per_sample(True if where is None else where, positions)
        if ids and not ignores:
            kept = kept & (target != ignored)
        if kept.all():
            return call(input, target, reduction=reduction, **options)
        if options.get("sample_weight") is not None:
            options["sample_weight"] = options["sample_weight"][kept]
        found = call(input[kept], target[kept], reduction=reduction, **options)
        return _put_back(found, kept) if reduction == "none" else found

    return ask


def product(*weights: np.ndarray | None) -> np.ndarray | None:
    """Of the weights that there are."""
    given = [each for each in weights if each is not None]
    return np.prod(np.broadcast_arrays(*given), axis=0) if given else None


def one_hot(target: np.ndarray, classes: int) -> np.ndarray:
    """Ids as probabilities on the last axis; probabilities as they are."""
    return np.eye(classes)[target] if target.dtype.kind in "iu" else target


def _accept(call: Callable[..., Any], options: Mapping[str, Any]) -> None:
    for name in options:
        if name not in inspect.signature(call).parameters:
            raise NotCovered(f"no `{name}`")


def _broadcast(name: str, value: Any, shape: tuple[int, ...]) -> Any:
    if name == "sample_weight":
        return per_sample(value, shape)
    return np.broadcast_to(value, shape) if isinstance(value, np.ndarray) else value


def _put_back(found: Any, kept: np.ndarray) -> np.ndarray:
    out = np.zeros(kept.shape)
    out[kept] = np.asarray(found)
    return out
