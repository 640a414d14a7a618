"""Choices: by Hypothesis, which shrinks them to the first of each list, or by NumPy, for long runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st


class Source:
    """What makes choices, and numbers of a seed it has chosen."""

    rng: np.random.Generator

    def one(self, *options: Any) -> Any:
        """One of these; the first is the simplest."""
        raise NotImplementedError

    def flag(self, per_cent: int) -> bool:
        """True so often."""
        return bool(self.one(*range(100)) >= 100 - per_cent)


class FromHypothesis(Source):
    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw
        self.rng = np.random.default_rng(draw(st.integers(0, 999)))

    def one(self, *options: Any) -> Any:
        return options[self.draw(st.integers(0, len(options) - 1))]


class FromNumPy(Source):
    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def one(self, *options: Any) -> Any:
        return options[int(self.rng.integers(len(options)))]
