"""The catalog: what there is, for programs and for `python -m array_losses list`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from . import losses
from .errors import OptionError, describe, fail

if TYPE_CHECKING:
    from .objects import Loss

TASKS = (
    "binary",
    "multiclass",
    "multilabel",
    "detection",
    "segmentation",
    "regression",
    "ranking",
    "embedding",
    "sequence",
    "distribution",
)
CLASSES = tuple([name for name in losses.__all__ if name.endswith("Loss")])
"""The names of the loss classes, of which none is loaded yet."""


class Record(NamedTuple):
    """One loss of the catalog.

    .. versionadded:: 0.1
    """

    name: str
    function: Callable[..., Any]
    cls: type[Loss]
    tasks: tuple[str, ...]
    summary: str
    torch: str | None
    """Its counterpart in `torch.nn.functional`."""
    version: int = 1
    """The version of its formula, a part of fingerprints."""


def catalog(task: str | None = None) -> tuple[Record, ...]:
    """The losses, in the order of their tasks, or those that serve one task.

    .. versionadded:: 0.1

    Examples
    --------
    >>> import array_losses as al
    >>> [record.name for record in al.catalog("sequence")]
    ['ctc_loss']
    """
    if task is not None and task not in TASKS:
        fail(OptionError, "catalog", "task", f"be None or one of {', '.join(TASKS)}", describe(task))
    records = [_record(getattr(losses, name)) for name in CLASSES]
    found = [record for record in records if task is None or task in record.tasks]
    return tuple(sorted(found, key=lambda record: (TASKS.index(record.tasks[0]) if task is None else 0, record.name)))


def _record(cls: type[Loss]) -> Record:
    from .families.function import family_of  # nothing is loaded before a loss is

    family = family_of(cls.function)
    summary = (cls.function.__doc__ or "").partition("\n")[0]
    return Record(family.name, cls.function, cls, family.tasks, summary, family.torch, cls.version)
