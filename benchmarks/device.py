"""`python -m benchmarks.device`: what decides on a device.

Cross-entropy from 1e3 to 262k classes, the head of a language model, and losses that users compose of several
functions; against torch's own, compiled and not, and the copy bandwidth.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import array_losses as al

from .bandwidth import bandwidth
from .libraries import BOTH, WHATS, Torch, Work
from .machine import machine
from .timing import interleave

CLASSES = (1_000, 32_000, 128_256, 262_144)
LOGITS, FEW_LOGITS = 2**28, 2**16
"""Entries of the logits of a row, on a device and for a trial."""
HEAD, SMALL_HEAD = (8192, 4096, 128_256), (16, 8, 64)
"""Tokens, features and classes of the head."""


class Row(NamedTuple):
    """One comparison: seconds of ours and of theirs, in one process, round by round."""

    loss: str
    shape: str
    dtype: str
    what: str
    mode: str
    peer: str
    ours: float
    theirs: float
    ratio: float
    floor: float
    """Seconds that moving the least bytes takes at the measured bandwidth."""
    peak: tuple[int, int] = (0, 0)
    """The most bytes that ours and theirs held beside their arguments."""


class Contest(NamedTuple):
    """Two functions of the same tensors."""

    loss: str
    shape: str
    arrays: tuple[Any, ...]
    wrt: int
    """How many of the arrays are differentiated, the first ones."""
    ours: Callable[..., Any]
    peer: str
    theirs: Callable[..., Any]


def logits_of(small: bool) -> int:
    """The entries of the logits of a row."""
    return FEW_LOGITS if small else LOGITS


def cross_entropies(torch: Any, device: str, dtype: Any, small: bool) -> Iterator[Contest]:
    """Cross-entropy of ids over more and more classes, and with smoothing and class weights."""
    F = torch.nn.functional
    for classes in CLASSES[:1] if small else CLASSES:
        rows = max(1, logits_of(small) // classes)
        z = torch.randn(rows, classes, device=device, dtype=dtype)
        ids = torch.randint(classes, (rows,), device=device)
        shape = f"({rows}, {classes})"
        yield Contest("cross_entropy", shape, (z, ids), 1, al.cross_entropy, "F.cross_entropy", F.cross_entropy)
    smoothed = {"label_smoothing": 0.1}
    ours, theirs = partial(al.cross_entropy, **smoothed), partial(F.cross_entropy, **smoothed)
    yield Contest("cross_entropy, smoothed", shape, (z, ids), 1, ours, "F.cross_entropy", theirs)


def composed(torch: Any, device: str, dtype: Any, small: bool) -> Iterator[Contest]:
    """Losses that torch lacks, and those of elements that it has."""
    F, logits = torch.nn.functional, logits_of(small)
    x, y = (torch.randn(logits // 4, device=device, dtype=dtype) for _ in range(2))
    shape = f"({logits // 4},)"
    yield Contest("mse_loss", shape, (x, y), 1, al.mse_loss, "F.mse_loss", F.mse_loss)
    yield Contest("huber_loss", shape, (x, y), 1, al.huber_loss, "F.huber_loss", F.huber_loss)
    bits, name = (y > 0).to(dtype), "binary_cross_entropy_with_logits"
    yield Contest(name, shape, (x, bits), 1, getattr(al, name), f"F.{name}", getattr(F, name))

    def focal(z: Any, t: Any) -> Any:
        p = torch.sigmoid(z)
        hit = p * t + (1 - p) * (1 - t)
        weight = 0.25 * t + 0.75 * (1 - t)
        return (weight * (1 - hit) ** 2 * F.binary_cross_entropy_with_logits(z, t, reduction="none")).mean()

    yield Contest("sigmoid_focal_loss", shape, (x, bits), 1, al.sigmoid_focal_loss, "composed in torch", focal)
    maps = torch.randn(max(1, logits // 2**20), 16, 4 if small else 256, 256, device=device, dtype=dtype)
    regions = torch.randint(16, (maps.shape[0], *maps.shape[2:]), device=device)

    def dice(z: Any, t: Any) -> Any:
        p, hot = torch.softmax(z.float(), 1), F.one_hot(t, 16).movedim(-1, 1)
        both, sizes = (p * hot).sum((2, 3)), p.sum((2, 3)) + hot.sum((2, 3))
        return (1 - (2 * both + 1e-7) / (sizes + 1e-7)).mean()

    ours = partial(al.dice_loss, include_background=True)
    yield Contest("dice_loss", str(tuple(maps.shape)), (maps, regions), 1, ours, "composed in torch", dice)


def heads(torch: Any, device: str, dtype: Any, small: bool) -> Iterator[Contest]:
    """Linear cross-entropy against torch's own, where it has one, and against a linear map and its loss."""
    F = torch.nn.functional
    tokens, features, classes = SMALL_HEAD if small else HEAD
    h = torch.randn(tokens, features, device=device, dtype=dtype)
    a = torch.randn(classes, features, device=device, dtype=dtype) / features**0.5
    ids = torch.randint(classes, (tokens,), device=device)
    peers = {"F.linear and F.cross_entropy": lambda h, a, ids: F.cross_entropy(F.linear(h, a).float(), ids)}
    if hasattr(F, "linear_cross_entropy"):
        peers["F.linear_cross_entropy"] = F.linear_cross_entropy
    for name, peer in peers.items():
        shape = f"({tokens}, {features}, {classes})"
        yield Contest("linear_cross_entropy", shape, (h, a, ids), 2, al.linear_cross_entropy, name, peer)


def measure(contest: Contest, what: str, mode: str, device: str, budget: float, speed: float) -> Row:
    """One row."""
    torch_ = Torch(device, mode)
    works = [torch_.work(each, contest.arrays, what, contest.wrt) for each in (contest.ours, contest.theirs)]
    found = interleave(*works, budget)
    moved = sum(each.numel() * each.element_size() for each in contest.arrays)
    if what == BOTH:
        moved += 2 * sum(each.numel() * each.element_size() for each in contest.arrays[: contest.wrt])
    dtype = str(contest.arrays[0].dtype).removeprefix("torch.")
    times = found.ours.median, found.theirs.median, found.ratio.median
    peak = (held(works[0]), held(works[1])) if device == "cuda" else (0, 0)
    return Row(contest.loss, contest.shape, dtype, what, mode, contest.peer, *times, moved / speed, peak)


def held(work: Work) -> int:
    """The most bytes of the device that a run takes beside what is there."""
    import torch

    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    work.finish(work.run())
    return int(torch.cuda.max_memory_allocated() - before)


def rows(device: str, small: bool, budget: float, modes: tuple[str, ...]) -> Iterator[Row | str]:
    """All rows; a text for one that failed."""
    import torch

    speed = bandwidth(device)
    for dtype in (torch.bfloat16, torch.float32):
        for made in (cross_entropies, composed, heads):
            for contest in made(torch, device, dtype, small):
                for what in (BOTH,) if made is heads else WHATS:
                    for mode in modes:
                        try:
                            yield measure(contest, what, mode, device, budget, speed)
                        except Exception as error:
                            text = f"{type(error).__name__}: {error}".partition("\n")[0]
                            yield f"{contest.loss}, {contest.shape}, {dtype}, {what}, {mode}: {text}"


def line(row: Row) -> str:
    """A row to read."""
    micro = [f"{1e6 * each:10.0f}" for each in (row.ours, row.theirs, row.floor)]
    peak = "" if row.peak == (0, 0) else "  " + " / ".join(f"{each / 2**20:.0f} MiB" for each in row.peak)
    name = f"{row.loss:34} {row.shape:24} {row.dtype:9} {row.what:17} {row.mode:9} {row.peer:30}"
    return f"{name} {' '.join(micro)} us {row.ratio:6.2f}{peak}"


def main(words: list[str]) -> int:
    """Print and write all rows; 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.device", description=__doc__)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cuda")
    parser.add_argument("--small", action="store_true", help="a trial with few numbers, eager")
    parser.add_argument("--budget", type=float, default=0.1, metavar="SECONDS", help="time for each row (0.1)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the rows there, as JSON")
    asked = parser.parse_args(words)
    modes, budget = (("eager",), 0.0) if asked.small else (("eager", "compiled"), asked.budget)
    found, failed = [], []
    for row in rows(asked.device, asked.small, budget, modes):
        print(row if isinstance(row, str) else line(row), flush=True)
        (failed if isinstance(row, str) else found).append(row)
        if asked.report:  # what is there stays, should time run out
            report = {"machine": machine(asked.device), "rows": [each._asdict() for each in found], "failed": failed}
            asked.report.write_text(json.dumps(report, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
