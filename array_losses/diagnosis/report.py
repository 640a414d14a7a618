"""The report of a diagnosis."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from .causes.cause import Cause
from .text import text


class Diagnosis:
    """The report of `diagnose`: readable as text, and as plain data.

    .. versionadded:: 0.1

    Attributes
    ----------
    causes : tuple of Cause
        The likely causes, those that are certain first; each has a `name`, what was `seen`, a `remedy`, and says
        whether it is `sure`.
    cause : str or None
        The name of the first of them.
    value : float or None
        The value of the loss, NaN where a value is bad; None where shapes or dtypes give no value.
    error : str or None
        The error of the call where values may be looked at.
    """

    def __init__(self, data: dict[str, Any], causes: tuple[Cause, ...]) -> None:
        self._data, self.causes = data, causes

    @property
    def cause(self) -> str | None:
        return self.causes[0].name if self.causes else None

    @property
    def value(self) -> float | None:
        found = self._data["value"]
        return None if found is None else float(found)

    @property
    def error(self) -> str | None:
        found: str | None = self._data["error"]
        return found

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, safe for JSON: a number that is not finite is the text "nan", "inf" or "-inf"."""
        return deepcopy(self._data)

    def __str__(self) -> str:
        return text(self._data)

    __repr__ = __str__
