"""The object of a loss: equal to its function, frozen, comparable by value, picklable, and back from its config."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from typing import Any

import array_losses as al
from array_losses.families.signature import PER_CALL

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, chosen
from ..comparison import LIMIT
from ..measure import ulps, worst


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    fixed = {key: value for key, value in sample.options.items() if key not in PER_CALL}
    given = {key: value for key, value in sample.options.items() if key in PER_CALL}
    loss = class_of(case)(**fixed)
    arrays = backend.move(sample.arrays)
    found = backend.call(loss, arrays, backend.move(given))
    wanted = backend.call(case.loss, arrays, backend.move(sample.options))
    error = worst(ulps(backend.numpy(found), backend.numpy(wanted), "float64"))
    yield Finding("float64, call", error, LIMIT)
    for name, other in copies(loss).items():
        yield Finding(name, message="" if other == loss and hash(other) == hash(loss) else f"{other!r} is not {loss!r}")
    if "numbers: " not in repr(loss):  # of many the repr shows a few
        yield Finding("repr", message="" if rebuilt(loss) == loss else f"{loss!r} is not its own source")
    yield Finding("frozen", message="" if is_frozen(loss) else "an option can be written to")


def class_of(case: Case) -> Any:
    return next(record.cls for record in al.catalog() if record.name == case.name)


def copies(loss: Any) -> dict[str, Any]:
    """The same loss by every way there is to make another of it."""
    return {
        "pickle": pickle.loads(pickle.dumps(loss)),
        "config": al.from_config(json.loads(json.dumps(loss.to_config()))),
        "replace": loss.replace(),
        "options": type(loss)(**loss.options),
    }


def rebuilt(loss: Any) -> Any:
    """What the repr of a loss makes when it is run."""
    return eval(repr(loss), {type(loss).__name__: type(loss), "inf": float("inf"), "nan": float("nan")})


def is_frozen(loss: Any) -> bool:
    try:
        loss.reduction = "sum"
    except AttributeError:
        return True
    return False


CHECK = Check("objects", "The object of a loss equals its function, and is a value.", run, chosen)
