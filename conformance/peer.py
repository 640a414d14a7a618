"""How a case says which other projects have its loss: in data, and in functions that import nothing before they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

PEERS = ("torch", "torchvision", "optax", "keras", "sklearn")
"""The keys of `Case.peers`, each the name of a module in `conformance/oracles/`."""
REDUCTIONS = ("none", "mean", "sum")


class NotCovered(Exception):  # noqa: N818, no error
    """The peer has no such option or reduction; the text says which."""


class Peer(NamedTuple):
    """One loss of another project."""

    call: str | Callable[..., Any]
    """The name of the loss there, for one that is called as most of that project are. Else a function: it gets the
    module of the oracle, the arrays, and after a `*` `reduction` and those of our options that the peer has; it may
    raise `NotCovered`."""
    options: tuple[str, ...] | Mapping[str, str] = ()
    """Of a loss by name: our options that it has, with its words for them. What goes by one word is multiplied."""
    given: Mapping[str, Any] = MappingProxyType({})
    """Of a loss by name: its options that are not ours, or have another default there."""
    reductions: tuple[str, ...] | None = None
    """What the peer has of "none", "mean" and "sum"; None for what most of its losses have."""
    mean: str = "mean"
    """Its word for our mean: Keras has two, which divide as ours do."""
    scale: float = 0.0
    """The size of parts that cancel in the peer's formula, as in `Allowance`."""
    samples: Callable[..., Any] | None = None
    """More samples, made of the oracle's module and a generator, at settings that only this peer has."""

    @property
    def words(self) -> Mapping[str, str]:
        """Our options and the peer's words for them."""
        return self.options if isinstance(self.options, Mapping) else {name: name for name in self.options}


class Defect(NamedTuple):
    """Of one peer, in samples and reductions: each that it covers must show it."""

    oracle: str
    """Its name, as in `--oracles`."""
    losses: tuple[str, ...]
    samples: tuple[str, ...]
    """Labels, with * and ? as in file names."""
    gives: str
    """What it gives: "nan" or "inf" where there should be a number, "number" for another number, "shape" or "error"."""
    what: str
    why: str
    link: str = ""
    reductions: tuple[str, ...] = REDUCTIONS

    def lists(self, oracle: str, loss: str, label: str, reduction: str) -> bool:
        here = self.oracle == oracle and loss in self.losses and reduction in self.reductions
        return here and any(fnmatchcase(label, each) for each in self.samples)


# --- helps for the functions of a case ------------------------------------------------------------------------------


def weights_as(word: str, *others: str) -> Mapping[str, str]:
    """Options for a loss of elements that takes one kind of weights, and other options by our names."""
    return {"weight": word, "sample_weight": word, **{name: name for name in others}}


def product(*weights: np.ndarray | None) -> np.ndarray | None:
    """All weights that there are, multiplied; None where there are none."""
    given = [each for each in weights if each is not None]
    return np.prod(np.broadcast_arrays(*given), axis=0) if given else None


def one_hot(target: np.ndarray, classes: int) -> np.ndarray:
    """Ids as probabilities on the last axis; probabilities as they are."""
    return np.eye(classes)[target] if target.dtype.kind in "iu" else target
