"""Numbers as pairs, a sum and the rest that its rounding left out, so that adding many does not drift."""

from __future__ import annotations

from .backends import backend_of, namespace
from .errors import MergeError
from .typing import Array

Parts = tuple[Array, ...]
Pair = tuple[Array, Array]

EXACT = (1 << 24) - 1
"""Integers up to here, and their multiples by a power of 2, are exact in float32."""


def pair_of(value: Array | float, like: Array) -> Pair:
    """A divisor as a pair of arrays like another: counts exact to 2^48, whatever the dtype."""
    xp, backend = namespace(like), backend_of(like)
    if isinstance(value, int):
        rest = value % (EXACT + 1)  # a symbol has no bits
        return xp.ones_like(like) * float(value - rest), xp.ones_like(like) * float(rest)
    if isinstance(value, float):
        return xp.ones_like(like) * value, xp.zeros_like(like)
    if backend.kind(value.dtype) == "integer":
        low = value & EXACT
        return backend.cast(value - low, like.dtype), backend.cast(low, like.dtype)
    return backend.cast(value, like.dtype), xp.zeros_like(like)


def zeros(parts: Parts) -> Parts:
    """Zeros like each of these."""
    return tuple([namespace(each).zeros_like(each) for each in parts])


def merged_pairs(parts: Parts, rests: Parts, others: Parts, other_rests: Parts) -> tuple[Parts, Parts]:
    """The sums of pairs, all of one library."""
    one, other = backend_of(parts[0]), backend_of(others[0])
    if one is not other:
        raise MergeError(f"Sums: those of a {one.noun} and of a {other.noun} cannot be added; use one library")
    each = zip(parts, rests, others, other_rests, strict=True)
    pairs = [backend_of(four[0]).run(added, four) for four in each]
    return tuple([pair[0] for pair in pairs]), tuple([pair[1] for pair in pairs])


def added(a: Array, a_rest: Array, b: Array, b_rest: Array) -> Pair:
    """The sum of two pairs: that of a and b, what its rounding left out (Knuth's two-sum), and both rests.

    Renormalised, so that the rest stays small: else a million additions lose 6e-5 in float32.
    """
    xp, total = namespace(a), a + b
    back = total - a
    rest = (a - (total - back)) + (b - back) + a_rest + b_rest
    rest = xp.where(xp.isfinite(total), rest, 0.0)  # inf - inf
    whole = total + rest
    return whole, xp.where(xp.isfinite(total), rest - (whole - total), 0.0)
