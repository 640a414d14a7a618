"""What we ask of ourselves: ratios that a run must not exceed, over the losses that a peer has itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any, NamedTuple

from .figures import geometric_mean, power, ratio
from .libraries import BOTH, FORWARD

Row = dict[str, Any]
TAIL = 1.5
"""How far the 95th percentile may lie above the median, where the peer's does not."""


class Goal(NamedTuple):
    """A limit on the ratios of some rows."""

    library: str
    mode: str
    against: str
    what: str
    sizes: tuple[float, float]
    """The least and the largest number of elements."""
    mean: float
    """What the geometric mean of the ratios is to be at most."""
    worst: float
    """What each of them is to be at most."""
    prefix: str = ""
    """What the peer's calls begin with."""


class Result(NamedTuple):
    """What came of a goal."""

    goal: Goal
    rows: int
    mean: float
    worst: float
    loss: str
    """The loss that is the worst."""
    tails: list[str]
    """The losses whose times scatter where the peer's do not."""

    @property
    def reached(self) -> bool:
        return self.mean <= self.goal.mean and self.worst <= self.goal.worst and not self.tails


GOALS = (
    Goal("torch", "eager", "torch", BOTH, (8, 8), 2.0, inf, "F."),
    Goal("torch", "eager", "torch", BOTH, (1e5, inf), 1.1, 1.3, "F."),
    Goal("torch", "eager", "torch", BOTH, (1e6, inf), 0.7, 1.1, "F."),
    Goal("torch", "compiled", "torch", BOTH, (1e6, inf), 1.1, 1.1, "F."),
    Goal("jax", "jit", "optax", BOTH, (1e5, inf), 1.05, 1.05, "optax."),
    Goal("jax", "eager", "optax", BOTH, (1e5, inf), 0.7, inf, "optax."),
    Goal("numpy", "eager", "numpy", FORWARD, (1e6, inf), 0.5, inf),
    Goal("numpy", "eager", "torch", BOTH, (1e6, inf), 1.2, inf, "F."),
)


def results(rows: Sequence[Row]) -> Iterator[Result]:
    """What came of each goal of which there are rows."""
    for goal in GOALS:
        mine = [row for row in rows if concerns(goal, row)]
        if mine:
            last = max(mine, key=ratio)
            mean = geometric_mean(map(ratio, mine))
            yield Result(goal, len(mine), mean, ratio(last), name(last), [name(row) for row in mine if scatters(row)])


def concerns(goal: Goal, row: Row) -> bool:
    """Whether a goal is about a row."""
    where = all(row[key] == getattr(goal, key) for key in ("library", "mode", "against", "what"))
    small, large = goal.sizes
    return bool(where and row["ratio"] and small <= row["size"] <= large and row["peer"].startswith(goal.prefix))


def scatters(row: Row) -> bool:
    """Whether our 95th percentile is far from the median, and theirs is not."""
    ours, theirs = row.get("tails") or (1.0, 1.0)
    return bool(ours > TAIL >= theirs)


def name(row: Row) -> str:
    return f"{row['loss']} {row['variant']}".strip() + f" at {power(row['size'])}"


def limited(value: float, limit: float) -> str:
    """A figure beside what is asked of it."""
    return f"{value:.2f}" if limit == inf else f"{value:.2f} of {limit:.2f}"
