"""The evidence as plain data, safe for JSON: what a report is printed from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

import numpy as np

from .causes import causes_of
from .causes.cause import Cause
from .entries import Entry, Places, places
from .evidence import Evidence
from .unchecked import Part

MOST = 3
"""The number of costly elements that are shown."""


def all_causes(evidence: Sequence[Evidence]) -> tuple[Cause, ...]:
    """The causes found in any term, each once, those that are certain first."""
    found = {(each.name, each.remedy): each for term in evidence for each in causes_of(term)}
    return tuple(sorted(found.values(), key=lambda each: not each.sure))


def summary(name: str, evidence: Sequence[Evidence], causes: Iterable[Cause]) -> dict[str, Any]:
    """All that a report says."""
    errors = [each.error for each in evidence if each.error]
    known = all(each.parts for each in evidence)
    return {
        "version": 1,
        "loss": name,
        "reduction": str(evidence[0].options["reduction"]),
        "value": number(sum(each.value for each in evidence)) if known else None,
        "error": errors[0] if errors else None,
        "causes": [each._asdict() for each in causes],
        "arrays": arrays(evidence),
        "terms": [term(each) for each in evidence],
        "gradient": gradient(evidence),
    }


def number(x: Any) -> Any:
    """A number as JSON knows it, others as text."""
    plain = x.item() if hasattr(x, "item") else x
    return plain if isinstance(plain, int | str) or isfinite(plain) else str(float(plain))


def numbered(found: Places) -> dict[str, Any]:
    return {"count": found.count, "first": [list(each) for each in found.first]}


def arrays(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    """What is known of each array, once for all terms."""
    found: dict[str, dict[str, Any]] = {}
    for each in evidence:
        for entry in each.entries.values():
            mine = array(entry)
            if entry.name not in found or mine["outside"]["count"] > found[entry.name]["outside"]["count"]:
                found[entry.name] = mine
    return list(found.values())


def array(entry: Entry) -> dict[str, Any]:
    low, high = (int, int) if entry.kind in "iub" else (float, float)
    some = entry.counted.size > 0
    outside = places(entry.outside) if entry.outside is not None else Places()
    return {
        "name": entry.name,
        "origin": entry.origin,
        "shape": list(entry.values.shape),
        "dtype": entry.dtype,
        "range": [low(entry.low), high(entry.high)] if some else None,
        "nan": numbered(places(entry.nan)),
        "inf": numbered(places(entry.infinite)),
        "outside": numbered(outside),
        "allowed": entry.allowed or None,
        "left_out": int(np.count_nonzero(~entry.kept)),
    }


def term(e: Evidence) -> dict[str, Any]:
    """What is known of one term: how much of it counts, the divisor, the elements that cost most."""
    return {
        "loss": e.name,
        "factor": e.factor,
        "value": number(e.value) if e.parts else None,
        "positions": e.positions,
        "masked": e.masked,
        "ignored": e.ignored,
        "parts": [
            {
                "loss": part.loss,
                "value": number(part.value),
                "shape": list(part.losses.shape),
                "counted": int(np.count_nonzero(part.kept)),
                "divisor": number(part.divisor),
                "divided_by": part.divided_by or None,
                "costs": costs(e, part),
            }
            for part in e.parts
        ],
    }


def costs(e: Evidence, part: Part) -> list[dict[str, Any]]:
    """The elements that cost most: first those that are not numbers."""
    size = np.nan_to_num(np.abs(part.losses).astype(np.float64), nan=np.inf, posinf=np.finfo(np.float64).max).ravel()
    found = []
    for place in largest(size):
        position = tuple(map(int, np.unravel_index(place, part.losses.shape)))
        values = {entry.name: number(value) for entry, value in beside(e, position)} if len(e.parts) == 1 else {}
        found.append({"position": list(position), "loss": number(part.losses[position]), "values": values})
    return found


def largest(size: np.ndarray) -> list[int]:
    """The places of the largest numbers above 0, in order, and of those alike the first ones."""
    if not size.size:
        return []
    least = np.partition(size, -min(MOST, size.size))[-min(MOST, size.size)]
    above, alike = np.flatnonzero(size > least), np.flatnonzero((size == least) & (size > 0))
    return [*above[np.argsort(-size[above], kind="stable")].tolist(), *alike.tolist()][:MOST]


def beside(e: Evidence, position: tuple[int, ...]) -> Iterable[tuple[Entry, Any]]:
    """The values of the arrays that have one at a position of the losses."""
    axes = e.geometry.returned if e.geometry is not None else ()
    for entry in e.entries.values():
        own = entry.axes
        if own and len(own) == entry.values.ndim and len(axes) == len(position) and set(own) <= set(axes):
            index = tuple([position[axes.index(each)] for each in own])
            if all(i < n for i, n in zip(index, entry.values.shape, strict=True)):
                yield entry, entry.numbers[index]


def gradient(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    """What is known of the gradient by each array that a model predicts, of all terms together."""
    total: dict[str, np.ndarray] = {}
    for each in evidence:
        for name, g in each.gradient.items():
            total[name] = total[name] + g if name in total else g
    found = []
    for name, g in total.items():
        g = g.astype(np.float64)
        finite = g[np.isfinite(g)]
        found.append(
            {
                "name": name,
                "range": [float(finite.min()), float(finite.max())] if finite.size else None,
                "nan": numbered(places(np.isnan(g))),
                "inf": numbered(places(np.isinf(g))),
                "zeros": int(np.count_nonzero(g == 0)),
                "size": int(g.size),
            }
        )
    return found
