"""Oracles: what other projects say of the same samples. One module each, imported when it is asked;
how a loss is called there stands in its case."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from ..backends.base import BackendUnavailable
from .base import Oracle

ORACLES: dict[str, tuple[str, str]] = {
    "torch.nn.functional": ("torch", "torch"),
    "torchvision": ("torchvision", "torch"),
    "optax": ("optax", "optax"),
    "keras": ("keras", "keras"),
    "scikit-learn": ("sklearn", "sklearn"),
}
"""Name -> module in this package, and what must be installed for it."""


def oracle(name: str) -> Oracle:
    """An oracle by its name; `BackendUnavailable` where its project is not installed."""
    module, needs = ORACLES[name]
    if find_spec(needs) is None:
        raise BackendUnavailable(f"{name}: not installed")
    found: Oracle = import_module(f".{module}", __name__).ORACLE
    return found


__all__ = ["ORACLES", "BackendUnavailable", "Oracle", "oracle"]
