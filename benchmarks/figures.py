"""Figures drawn from rows: geometric means of ratios, and rows found again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import exp, log
from typing import Any

Row = dict[str, Any]
ORDER = ("numpy", "torch", "jax", "cupy")


def geometric_mean(ratios: Iterable[float]) -> float:
    logs = [log(each) for each in ratios]
    return exp(sum(logs) / len(logs)) if logs else float("nan")


def ratio(row: Row) -> float:
    return row["ratio"][1]


def calm(row: Row) -> float:
    """The ratio of the lower quartiles of both times: a busy machine disturbs it less than that of the medians."""
    return row["ours"][0] / row["theirs"][0]


def additive(rows: Iterable[Row]) -> list[Row]:
    """Rows with a ratio, of losses measured over sizes."""
    return [row for row in rows if row["ratio"] and row["loss"] != "linear_cross_entropy"]


def groups(rows: Iterable[Row]) -> dict[tuple[str, str, str, str], dict[int, list[Row]]]:
    """(library, mode, peer, what) -> size -> rows."""
    found: dict[tuple[str, str, str, str], dict[int, list[Row]]] = {}
    for row in sorted(additive(rows), key=lambda row: ORDER.index(row["library"])):
        key = (row["library"], row["mode"], row["against"], row["what"])
        found.setdefault(key, {}).setdefault(row["size"], []).append(row)
    return found


def means(rows: Iterable[Row], of: Callable[[Row], float] = ratio) -> dict[tuple[str, str, str, str], dict[int, float]]:
    """The geometric mean of the ratios of each group, at each size."""
    return {
        key: {size: geometric_mean(map(of, each)) for size, each in sorted(sizes.items())}
        for key, sizes in groups(rows).items()
    }


def time(seconds: float) -> str:
    """Seconds, as a reader says them."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


def memory(count: int | None) -> str:
    return "-" if count is None else f"{count / 1e6:.3g} MB" if count >= 1e5 else "0 MB"


def power(size: int) -> str:
    """A size in few letters: 8, 1e3, 2.6e8."""
    return str(size) if size < 1000 else f"{size:.2g}".replace("e+0", "e").replace("e+", "e")
