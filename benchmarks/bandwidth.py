"""How fast this machine copies: the floor under every loss, which reads its inputs and writes its gradients."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

import numpy as np

from .libraries import Work
from .timing import repetitions, seconds

LARGE = 512 * 2**20
"""Bytes that no cache holds."""
ROUNDS = 7


def bandwidth(device: str) -> float:
    """Bytes a second, read and written, of a large copy."""
    return LARGE / copy_seconds(LARGE, device)


def copy_seconds(moved: int, device: str) -> float:
    """Seconds to read half of so many bytes and write the other half: the best of what is here."""
    return _copy_seconds(max(64, int(float(f"{moved:.1g}"))), device) * moved / max(64, int(float(f"{moved:.1g}")))


@cache
def _copy_seconds(moved: int, device: str) -> float:
    works = [torch_copy(moved // 2, device)] if find_spec("torch") else []
    if device == "cpu":
        works.append(numpy_copy(moved // 2))
    times = [repetitions(work) for work in works]
    return min(seconds(work, n) for _ in range(ROUNDS) for work, n in zip(works, times, strict=True))


def numpy_copy(count: int) -> Work:
    source, target = np.ones(count, np.uint8), np.zeros(count, np.uint8)
    return Work(lambda: np.copyto(target, source), lambda _: None)


def torch_copy(count: int, device: str) -> Work:
    import torch

    source = torch.ones(count // 4 + 1, device=device)
    target = torch.zeros_like(source)
    return Work(lambda: target.copy_(source), lambda _: torch.cuda.synchronize() if device == "cuda" else None)
