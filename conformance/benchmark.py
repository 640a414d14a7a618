"""What a case says for the benchmarks: how large inputs are drawn, and whose calls give the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

Draw = Callable[[np.random.Generator, int], tuple[np.ndarray, ...]]


class PeerCall(NamedTuple):
    """One call of a peer that gives what a loss of ours gives."""

    against: str
    """The peer's name: "torch", "optax", "keras", "sklearn" or "numpy"."""
    label: str
    """What is called, as a reader knows it."""
    make: Callable[[Any], Callable[..., Any]]
    """From the peer's module (torch.nn.functional, optax, keras, sklearn.metrics, numpy) to a function of the arrays
    that gives the mean."""
    compiles: bool = True
    """Whether it can be compiled."""


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """One loss, on one kind of input."""

    draw: Draw
    """NumPy arrays of float32 and int64 whose largest has about so many elements
    (`conformance/benchmark_inputs.py`).
    """
    textbook: Callable[..., Any] | None = None
    """The mean as a user would write it, of `np` and the arrays; also run with `jax.numpy` where optax has no such
    loss, and with `torch` where torch has none."""
    rivals: tuple[PeerCall, ...] = ()
    """Calls of peers, beside those of the peers that `Case.peers` knows by name."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of our call."""
    by_name: tuple[str, ...] = ()
    """The names of the last arrays, where our call takes them by name."""
    peers: tuple[str, ...] = ("torch", "optax", "keras", "sklearn")
    """Of those that `Case.peers` knows by name, the ones that have these options."""
    variant: str = ""
    smallest: int = 8
    heavy: bool = False
    """Whether only the contests that tell most are held."""
    wrt: int = 1
    """How many leading arrays are differentiated."""
    sizes: tuple[int, int] | None = None
    """(full, quick): sizes of its own, in place of those asked for."""


def by_classes(draw: Callable[[int], Draw], **given: Any) -> tuple[Benchmark, ...]:
    """One benchmark of 10 classes and one of 1000; `draw` makes the one of so many."""
    return tuple(
        Benchmark(draw=draw(count), variant=f"C={count}", smallest=8 if count < 100 else count, **given)
        for count in (10, 1000)
    )


# --- calls by name --------------------------------------------------------------------------------------------------


def torch(name: str, **options: Any) -> PeerCall:
    def make(module: Any) -> Callable[..., Any]:
        loss = getattr(module, name)
        return (lambda *arrays: loss(*arrays, **options)) if options else loss

    return PeerCall("torch", f"F.{name}", make)


def plain_torch(make: Callable[[Any], Callable[..., Any]]) -> PeerCall:
    """A formula for torch, made with `torch.nn.functional`."""
    return PeerCall("torch", "plain torch formula", make)


def optax(name: str, **options: Any) -> PeerCall:
    return PeerCall("optax", f"optax.{name}", lambda module: lambda x, y: getattr(module, name)(x, y, **options).mean())


def keras(name: str, **options: Any) -> PeerCall:
    """A Keras loss object, which takes the truth first."""

    def make(module: Any) -> Callable[..., Any]:
        loss = getattr(module.losses, name)(**options)
        return lambda x, y: loss(y, x)

    return PeerCall("keras", f"keras {name}", make)


def keras_one_hot(name: str, **options: Any) -> PeerCall:
    """A Keras loss that takes no ids: one-hot labels are part of the work."""

    def make(module: Any) -> Callable[..., Any]:
        loss, one_hot = getattr(module.losses, name)(**options), module.ops.one_hot
        return lambda x, y: loss(one_hot(y, x.shape[1]), x)

    return PeerCall("keras", f"keras {name}, one-hot", make)


def sklearn(name: str, **options: Any) -> PeerCall:
    """A metric of scikit-learn, which takes the truth first."""
    return PeerCall("sklearn", f"sklearn {name}", lambda metrics: lambda x, y: getattr(metrics, name)(y, x, **options))


BY_NAME = {"torch": torch, "optax": optax, "keras": keras, "sklearn": sklearn}
