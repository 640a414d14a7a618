"""Norms and cosines, of vectors of any length: the (constant) largest entry goes out before what might overflow.

The zero vector has norm and cosine 0, with derivative 0.
"""

from __future__ import annotations

from math import inf

from ..backends import backend_of, namespace
from ..backends.numeric import Maps
from ..typing import Array
from .along_axis import detached_max, unit_vector
from .by_option import power
from .dispatch import overridable
from .pointwise import abs_, select


@overridable
def largest_magnitude(x: Array, axis: int) -> Array:
    """The largest |x| along an axis, which stays with length 1; constant to autodiff."""
    return detached_max(namespace(x).abs(x), axis)


@overridable
def vector_norm(x: Array, p: Array | float, axis: int) -> Array:
    """The p-norm along an axis; infinite, with derivative 0, where an entry is."""
    xp, top = namespace(x), largest_magnitude(x, axis)
    odd = (top == 0) | (top == inf)
    scaled = xp.where(odd, 1.0, x) / xp.where(odd, 1.0, top)
    if is_two(p):
        root = xp.sqrt(xp.sum(scaled * scaled, axis=axis, keepdims=True))
    else:
        root = power(xp.sum(power(abs_(scaled), p), axis=axis, keepdims=True), 1 / p)
    return xp.squeeze(xp.where(odd, top, top * root), axis=axis)


@vector_norm.derivative_of_result
def _(y: Array, x: Array, p: Array | float, axis: int) -> Maps:
    xp = namespace(x)
    y = xp.expand_dims(y, axis=axis)
    plain = (y > 0) & (y < inf)

    def vjp(g: Array) -> Array:
        unit = x / xp.where(plain, y, 1.0)
        slope = unit if is_two(p) else xp.sign(x) * power(abs_(unit), p - 1)
        return select(xp.expand_dims(g, axis=axis) * slope, plain)

    def by_p(g: Array) -> Array:
        share = power(abs_(x) / xp.where(plain, y, 1.0), p)
        there = plain & (share > 0)
        terms = select(y * share * xp.log(xp.where(there, share, 1.0)), there)
        return g * xp.sum(terms, axis=axis) / (p * p)

    return vjp, by_p, None


def is_two(p: Array | float) -> bool:
    """Whether the norm is known to be the Euclidean one."""
    return isinstance(p, int | float) and p == 2


@overridable
def cosine_similarity(x: Array, y: Array, eps: Array | float, axis: int) -> Array:
    """The cosine x y / (|x| |y|) along an axis, each length at least `eps`."""
    xp = namespace(x)
    (x, x_size, no_x), (y, y_size, no_y) = (scaled_by_largest(each, eps, axis)[:3] for each in (x, y))
    found = xp.sum(x * y, axis=axis, keepdims=True) / (x_size * y_size)
    return xp.squeeze(xp.where(no_x | no_y, 0.0, found), axis=axis)


def scaled_by_largest(x: Array, eps: Array | float, axis: int) -> tuple[Array, Array, Array, Array, Array]:
    """A vector by its (constant) largest magnitude, its length then, at least that of `eps`; whether it is 0, whether
    it is shorter than `eps`, and that magnitude.
    """
    xp, top = namespace(x), largest_magnitude(x, axis)
    nothing = top == 0
    top = xp.where(nothing, 1.0, top)
    scaled = x / top
    squares = xp.sum(scaled * scaled, axis=axis, keepdims=True)
    root, least = xp.sqrt(xp.where(nothing, 1.0, squares)), eps / top
    short = root < least
    return scaled, xp.where(short, least, root), nothing, short, top


@cosine_similarity.derivative_of_result
def _(c: Array, x: Array, y: Array, eps: Array | float, axis: int) -> Maps:
    xp = namespace(x)
    first, second = scaled_by_largest(x, eps, axis), scaled_by_largest(y, eps, axis)
    there = ~(first[2] | second[2])
    c = xp.expand_dims(c, axis=axis)

    def towards(own: tuple[Array, ...], other: tuple[Array, ...], g: Array) -> Array:
        (u, size, _, short, top), (v, other_size, *_) = own, other
        g = select(xp.expand_dims(g, axis=axis), there) / size / top
        return v * (g / other_size) - u * select(g * c / size, ~short)

    def by_eps(g: Array) -> Array:
        fixed = xp.astype(first[3], c.dtype) + xp.astype(second[3], c.dtype)
        return -g * xp.squeeze(c * fixed, axis=axis) / eps

    return lambda g: towards(first, second, g), lambda g: towards(second, first, g), by_eps, None


def cosines(x: Array, y: Array) -> Array:
    """The cosine of every row of x (N, D) with every row of y (M, D), as (N, M)."""
    xp, u = namespace(x), unit_vector(x, -1)
    return xp.matmul(u, xp.matrix_transpose(u if y is x else unit_vector(y, -1)))


def centred(x: Array, kept: Array | None) -> tuple[Array, Array]:
    """The rows of x (N, D) less the mean of those that are kept, 0 where they are not; and their number, 0-d."""
    xp, there = namespace(x), backend_of(x).arange(x.shape[0], x) >= 0 if kept is None else kept
    count = xp.sum(xp.astype(there, x.dtype))
    total = xp.sum(x if kept is None else xp.where(kept[:, None], x, 0.0), axis=0)
    x = x - total / xp.where(count > 0, count, 1.0)
    return x if kept is None else xp.where(kept[:, None], x, 0.0), count
