"""Oracles: what other projects say of the same samples. One module each, imported when it is asked;
how a loss is called there stands in its case."""

from __future__ import annotations

from importlib import import_module

from ..backends.base import Absent
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
    """An oracle by its name; `Absent` where its project is not installed."""
    module, needs = ORACLES[name]
    try:
        found: Oracle = import_module(f".{module}", __name__).ORACLE
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != needs:
            raise  # it is here, and broken
        raise Absent(f"{name}: not installed") from error
    return found


__all__ = ["ORACLES", "Absent", "Oracle", "oracle"]
