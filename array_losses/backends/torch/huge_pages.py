"""Transparent huge pages for large buffers: in small pages the first touch of a gradient takes longer than its loss."""

from __future__ import annotations

import ctypes
import mmap
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

LARGE = 1 << 22
"""Bytes of a buffer that is worth the call; NumPy does the same, from the same size on."""
HUGE = getattr(mmap, "MADV_HUGEPAGE", None)


def _madvise() -> Any:
    """The C library's `madvise`; None where there is none, or no huge pages."""
    if HUGE is None or not sys.platform.startswith("linux"):
        return None
    function = ctypes.CDLL(None).madvise
    function.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return function


MADVISE = _madvise()


def advise_huge_pages(buffer: Tensor) -> Tensor:
    """A new tensor in host memory, for which the system is asked to use large pages. It need not."""
    if MADVISE is not None and buffer.nbytes >= LARGE and buffer.is_cpu:
        start = -(-buffer.data_ptr() // mmap.PAGESIZE) * mmap.PAGESIZE
        MADVISE(start, buffer.data_ptr() + buffer.nbytes - start, HUGE)
    return buffer
