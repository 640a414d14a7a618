"""What a promise is: claims on the results of a few calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..valid_call import ValidCall


class Claim(NamedTuple):
    """What holds between the results of some calls."""

    calls: tuple[ValidCall, ...]
    """Of the loss itself, or `of` another; unreduced if they do not say otherwise."""
    test: Callable[..., Any]
    """Of the results: a pair of what came and what should have come, or booleans."""


Property = Callable[[ValidCall], Iterator[Claim]]
PROMISES: dict[str, Property] = {}


def promise(name: str) -> Callable[[Property], Property]:
    """Enter a function, from a plain call to claims, under a name."""

    def enter(function: Property) -> Property:
        if name in PROMISES:
            raise KeyError(f"two promises of one name: {name}")
        PROMISES[name] = function
        return function

    return enter


def coarse(x: np.ndarray) -> np.ndarray:
    """Multiples of 1/64: sums of a few of them, and their products with powers of 2, are exact in 32 bits."""
    return np.round(x * 64) / 64


def equal(first: np.ndarray, second: np.ndarray) -> Any:
    return second, first


def same(good: ValidCall, *others: ValidCall) -> Iterator[Claim]:
    """Each of the others gives what the first gives."""
    return (Claim((good, other), equal) for other in others)


def nothing(found: np.ndarray) -> Any:
    return found, np.zeros_like(found)
