"""What an oracle is: another project's losses, asked as the cases say."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from ..case import Case, Sample
from ..peer import REDUCTIONS, NotCovered, Peer, product
from ..reference import per_sample

UNSAID = "its case does not say how it is asked"


class Oracle(NamedTuple):
    """A peer."""

    name: str
    key: str
    """Of its entries in the cases."""
    calls: Any
    """The module that knows how its losses are called: `elements`, `positions` or `whole`, by name."""
    version: Callable[[], str]
    reductions: tuple[str, ...] = REDUCTIONS
    """That most of its losses have."""
    context: Callable[[], AbstractContextManager[Any]] = nullcontext
    """Where its numbers are of 64 bits."""

    def peer(self, case: Case) -> Peer | str:
        """How it is asked for a loss, or why it is not."""
        return case.peers.get(self.key, UNSAID)

    def value(self, case: Case, sample: Sample, reduction: str) -> np.ndarray:
        """What it gives for a sample; `NotCovered` if it cannot be asked."""
        peer = self.peer(case)
        if isinstance(peer, str):
            raise NotCovered(peer)
        if reduction not in (self.reductions if peer.reductions is None else peer.reductions):
            raise NotCovered(f"no reduction {reduction!r}")
        word = peer.mean if reduction == "mean" else reduction
        arrange, calls = ARRANGED.get(family_name(case), (as_it_is, "whole"))
        call, options = bound(peer, self.calls, calls)
        with self.context():
            return np.asarray(arrange(call, options, sample, word), dtype=np.float64)

    def scale(self, case: Case) -> float:
        """The size of parts that cancel in its formula."""
        peer = self.peer(case)
        return 0.0 if isinstance(peer, str) else peer.scale

    def samples(self, case: Case, rng: np.random.Generator) -> Iterator[Sample]:
        """What its case asks of it alone."""
        peer = self.peer(case)
        if not isinstance(peer, str) and peer.samples is not None:
            yield from peer.samples(self.calls, rng)


def options_of(peer: Peer) -> frozenset[str]:
    """Our options that a peer has."""
    if isinstance(peer.call, str):
        return frozenset(peer.words)
    parameters = inspect.signature(peer.call).parameters.values()
    return frozenset(each.name for each in parameters if each.kind is each.KEYWORD_ONLY) - {"reduction"}


def bound(peer: Peer, module: Any, calls: str) -> tuple[Callable[..., Any], frozenset[str]]:
    """The peer's function of arrays, our options and its word for the reduction; the options that it has."""
    if not isinstance(peer.call, str):
        return partial(peer.call, module), options_of(peer)
    by_name = partial(getattr(module, calls), peer.call)

    def call(*arrays: np.ndarray, reduction: str, **options: Any) -> Any:
        said: dict[str, list[Any]] = {}
        for name, value in options.items():
            said.setdefault(peer.words[name], []).append(value)
        theirs = {word: product(*values) if len(values) > 1 else values[0] for word, values in said.items()}
        return by_name(*arrays, reduction=reduction, **{**peer.given, **theirs})

    return call, options_of(peer)


# --- from a sample to the peer's arguments --------------------------------------------------------------------------


def as_it_is(call: Callable[..., Any], has: frozenset[str], sample: Sample, reduction: str) -> Any:
    """The peer gets the arrays as they are."""
    _accept(has, sample.options)
    return call(*sample.arrays, reduction=reduction, **sample.options)


def elementwise(call: Callable[..., Any], has: frozenset[str], sample: Sample, reduction: str) -> Any:
    """What is masked does not exist: the peer gets the elements that are left, and its losses are put back.

    Targets are floating and weights have the shape of the input: some peers take nothing else.
    """
    options = dict(sample.options)
    where = options.pop("where", None)
    _accept(has, options)
    input, target = sample.arrays
    full = {key: _broadcast(key, each, input.shape) for key, each in options.items()}
    target = target.astype(np.float64)
    if where is None:
        return call(input, target, reduction=reduction, **full)
    kept = per_sample(where, input.shape)
    full = {key: each[kept] if isinstance(each, np.ndarray) else each for key, each in full.items()}
    found = call(input[kept], target[kept], reduction=reduction, **full)
    return _put_back(found, kept) if reduction == "none" else found


def classwise(call: Callable[..., Any], has: frozenset[str], sample: Sample, reduction: str) -> Any:
    """The class axis last, one weight for each position. The peer gets the positions that are left as a list.

    Ids to ignore are left out too, unless the peer has `ignore_index`.
    """
    options, ignores = dict(sample.options), "ignore_index" in has
    where, axis = options.pop("where", None), options.pop("axis", 1)
    ignored = options.get("ignore_index", -100) if ignores else options.pop("ignore_index", -100)
    _accept(has, options)
    input, target = sample.arrays
    last = (lambda x: x) if input.ndim == 1 else (lambda x: np.moveaxis(x, axis, -1))
    ids = target.dtype.kind in "iu" and target.ndim < input.ndim
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


ARRANGED = {"Pointwise": (elementwise, "elements"), "Classwise": (classwise, "positions")}
"""For a family of losses: how a sample becomes arguments, and who calls a loss by name."""


def family_name(case: Case) -> str:
    """The kind of family that made the loss of a case; empty for a function that none has made."""
    family = getattr(case.loss, "family", None)
    return "" if family is None else type(family).__name__


def _accept(has: frozenset[str], options: Mapping[str, Any]) -> None:
    for name in options:
        if name not in has:
            raise NotCovered(f"no `{name}`")


def _broadcast(name: str, value: Any, shape: tuple[int, ...]) -> Any:
    if name == "sample_weight":
        return per_sample(value, shape)
    return np.broadcast_to(value, shape) if isinstance(value, np.ndarray) else value


def _put_back(found: Any, kept: np.ndarray) -> np.ndarray:
    out = np.zeros(kept.shape)
    out[kept] = np.asarray(found)
    return out
