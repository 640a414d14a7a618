"""Powers by multiplications: by a logarithm, as libraries take them, they take fourteen to thirty times as long."""

from __future__ import annotations

from typing import Any, TypeGuard

MOST = 8
"""The largest exponent: each multiplication adds half an ULP."""


def is_small_whole(exponent: Any) -> TypeGuard[float]:
    """Whether an exponent is a plain whole number from 2 to `MOST`."""
    return isinstance(exponent, int | float) and 2 <= exponent <= MOST and exponent == int(exponent)


def whole_power(x: Any, exponent: float) -> Any:
    """x^exponent, for a small whole number: the squares of x that its binary digits name, multiplied."""
    left, found = int(exponent), None
    while True:
        if left & 1:
            found = x if found is None else found * x
        left >>= 1
        if not left:
            return found
        x = x * x
