"""The benchmarks that the cases of the conformance suite declare, with the calls that follow from their peers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

from conformance import case as record
from conformance.benchmark import BY_NAME, Benchmark, PeerCall
from conformance.peer import Peer

from .case import Case


def cases() -> list[Case]:
    """All of them, in the order of the catalog."""
    return [
        Case(loss=each.name, **{**vars(benchmark), "rivals": tuple(rivals(each, benchmark))})
        for each in record.cases()
        for benchmark in each.benchmarks
    ]


def rivals(case: record.Case, benchmark: Benchmark) -> Iterator[PeerCall]:
    """The calls that the benchmark names, those of peers known by name, and the textbook formula."""
    yield from benchmark.rivals
    named = {each.against for each in benchmark.rivals}
    for against, make in BY_NAME.items():
        peer = case.peers.get(against)
        known = against in benchmark.peers and against not in named
        if known and isinstance(peer, Peer) and isinstance(peer.call, str):
            theirs = {peer.words[name]: value for name, value in benchmark.options.items()}
            yield make(peer.call, **{**peer.given, **theirs})
            named.add(against)
    if benchmark.textbook is not None:
        yield from textbooks(benchmark.textbook, named)


def textbooks(formula: Callable[..., Any], named: set[str]) -> Iterator[PeerCall]:
    """The formula in NumPy, and in the library of a peer that has no such loss."""
    if "torch" not in named:
        yield PeerCall("torch", "plain torch formula", lambda _: partial(formula, import_module("torch")))
    if "optax" not in named:
        yield PeerCall("optax", "plain jax.numpy formula", lambda _: partial(formula, import_module("jax.numpy")))
    yield PeerCall("numpy", "naive NumPy formula", lambda np: partial(formula, np))
