"""The sizes of blocks and chunks and the number of threads, which a context manager may set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from ..errors import OptionError, describe, fail


class Sizes(NamedTuple):
    """Numbers of elements, and of threads; None is what pays on the library at hand."""

    block: int | None = None
    parallel: int | None = None
    chunk: int | None = None
    threads: int | None = None


SIZES: ContextVar[Sizes] = ContextVar("array_losses.sizes", default=Sizes())  # noqa: B039, immutable


@contextmanager
def block_sizes(
    *, block: int | None = None, parallel: int | None = None, chunk: int | None = None, threads: int | None = None
) -> Iterator[None]:
    """Set how large arrays are cut into blocks, for the losses that are called inside ``with``.

    Results do not depend on these sizes but for rounding; time and memory do. What JAX or `torch.compile` has compiled
    before keeps the sizes it was compiled with.

    .. versionadded:: 0.1

    Parameters
    ----------
    block : int, optional
        Elements of the largest array in a block of NumPy or torch arrays in host memory; arrays of fewer than two
        blocks are evaluated whole. By default what stays in the cache of a core.
    parallel : int, optional
        Elements from which NumPy shares the blocks out between threads, by default those with which one thread is busy
        for some milliseconds; and elements from which a loss of ratios (Dice) makes its gradient in a second pass over
        blocks.
    chunk : int, optional
        Elements made at once of an intermediate array that is never held whole: the logits of `linear_cross_entropy`.
    threads : int, optional
        Threads of NumPy, by default one for each processor that the process may use; those of torch are its own.

    Raises
    ------
    OptionError
        A size that is no integer above 0.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> x, y = np.arange(6.0), np.ones(6)
    >>> with al.block_sizes(block=2):
    ...     print(float(al.mse_loss(x, y)))
    5.166666666666667
    """
    given = {"block": block, "parallel": parallel, "chunk": chunk, "threads": threads}
    for name, value in given.items():
        if value is not None and (type(value) is not int or value < 1):
            fail(OptionError, "block_sizes", name, "be an integer >= 1", describe(value))
    before = SIZES.get()
    token = SIZES.set(before._replace(**{name: value for name, value in given.items() if value is not None}))
    try:
        yield
    finally:
        SIZES.reset(token)
