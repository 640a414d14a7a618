"""The heap of the C library: what one block or call frees should be there for the next one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache

FREED = 31 << 20
"""Bytes, of at most 32 MiB."""


def keep_freed_memory() -> None:
    """Allocate and free a large piece, of which nothing is touched.

    Up to that size glibc then keeps what is freed, as it does once a program has freed such a piece: before, it gives
    the arrays of a block or call back to the system, and the next one takes longer for new pages than for its numbers.
    """
    allocate, free = heap()
    free(allocate(FREED))


@cache
def heap() -> tuple[Callable[[int], int | None], Callable[[int | None], None]]:
    """The C library's `malloc` and `free`, where that may be glibc."""
    if not sys.platform.startswith("linux"):
        return lambda _: None, lambda _: None
    import ctypes

    library = ctypes.CDLL(None)
    library.malloc.argtypes, library.malloc.restype = (ctypes.c_size_t,), ctypes.c_void_p
    library.free.argtypes, library.free.restype = (ctypes.c_void_p,), None
    return library.malloc, library.free
