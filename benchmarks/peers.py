"""The peers: where each comes from, and on whose arrays it works."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple


class MissingError(Exception):
    """A peer, or a device, that is not here."""


class Peer(NamedTuple):
    """A library to compare with."""

    module: str
    """What its calls are made from."""
    install: str
    library: str
    """Whose arrays it takes, on the CPU."""
    on_gpu: str | None
    """The same on a GPU; None where it has nothing to offer there."""
    gradient: bool
    """Whether it differentiates."""


PEERS = {
    "torch": Peer("torch.nn.functional", "torch", "torch", "torch", True),
    "optax": Peer("optax", "optax", "jax", "jax", True),
    "keras": Peer("keras", "keras", "torch", "torch", True),
    "sklearn": Peer("sklearn.metrics", "scikit-learn", "numpy", None, False),
    "numpy": Peer("numpy", "numpy", "numpy", "cupy", False),
}
EAGER_ONLY = {"keras"}


def load(name: str, device: str) -> Any:
    """The module of a peer; MissingError where it is not here."""
    peer = PEERS[name]
    if name == "keras":
        os.environ.setdefault("KERAS_BACKEND", "torch")
    where = peer.on_gpu if device == "cuda" else peer.library
    if where is None:
        raise MissingError(f"{name} does not compute on a GPU; leave it out of --against with --device cuda")
    module = where if where == "cupy" else peer.module
    for needed in dict.fromkeys((module.split(".")[0], where)):
        if find_spec(needed) is None:
            install = peer.install if needed == module.split(".")[0] and needed != "cupy" else needed
            raise MissingError(f"{name} needs {needed}, which is not installed; pip install {install}")
    loaded = import_module(module)
    if name == "keras" and loaded.backend.backend() != "torch":
        raise MissingError(f'keras computes on {loaded.backend.backend()} here; set KERAS_BACKEND to "torch"')
    return loaded


def check_device(device: str, against: tuple[str, ...]) -> None:
    """MissingError where there is no GPU for a library of these peers."""
    if device == "cpu":
        return
    for name in against:
        where = PEERS[name].on_gpu
        if where == "torch" and not import_module("torch").cuda.is_available():
            raise MissingError("--device cuda: torch finds no GPU (torch.cuda.is_available() is False)")
        if where == "jax" and not gpu_of_jax():
            raise MissingError("--device cuda: JAX finds no GPU; install jax[cuda12], or leave optax out of --against")


def gpu_of_jax() -> bool:
    import jax

    return any(each.platform != "cpu" for each in jax.devices())
