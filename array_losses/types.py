"""The types of the public signatures."""

from collections.abc import Callable
from typing import Any, Literal, TypedDict, TypeVar

ArrayT = TypeVar("ArrayT")
"""The type of `input`, and so of the result: Tensor in, Tensor out."""

Array = Any
"""An array of any library that follows the standard. There is no settled static type for one."""

ArrayLike = Any
"""An array of `input`'s library, or host data: a NumPy array, a number, nested lists of numbers."""

Derivative = tuple[Any, Callable[[], Array]]
"""What a formula gives, and what gives its derivative with respect to `input` when it is asked for."""

Reduction = Literal["mean", "sum", "none", "sums"]
Normalizer = Literal["weights", "count"] | float | Array | None


class Options(TypedDict, total=False):
    """The options every loss takes, with one meaning."""

    reduction: Reduction
    sample_weight: ArrayLike | None
    where: ArrayLike | None
    normalizer: Normalizer
