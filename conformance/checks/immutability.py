"""Arguments are never written to, and how they lie in memory changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding
from ..comparison import compared, evaluated, precisions
from ..programs import every_reduction
from ..transformations import floating, typical

Make = Callable[[np.ndarray], Any]
"""Makes an array of a backend."""


def transposed(make: Make, x: np.ndarray) -> Any:
    return make(np.swapaxes(x, -1, -2).copy()).mT if x.ndim > 1 else make(x)


def stepped(make: Make, x: np.ndarray) -> Any:
    return make(np.repeat(x, 2, axis=-1))[..., ::2] if x.ndim else make(x)


def reversed(make: Make, x: np.ndarray) -> Any:
    return make(x[..., ::-1].copy())[..., ::-1] if x.ndim else make(x)


def offset(make: Make, x: np.ndarray) -> Any:
    return (
        make(np.concatenate([np.zeros_like(x[..., :1]), x], axis=-1))[..., min(1, x.shape[-1]) :] if x.ndim else make(x)
    )


def fortran(make: Make, x: np.ndarray) -> Any:
    return make(np.asfortranarray(x) if x.ndim else x)


LAYOUTS = (fortran, transposed, stepped, reversed, offset)
"""Arrays of the same values in another order of memory."""


def layouts(backend: Backend) -> Iterator[Callable[..., Any]]:
    """Those that the library can make: torch has no negative steps."""
    for layout in LAYOUTS:
        try:
            layout(backend.array, np.zeros((2, 2)))
        except (ValueError, AttributeError, NotImplementedError):
            continue
        yield layout


def laid_out(backend: Backend, value: Any, layout: Callable[..., Any], dtype: str) -> Any:
    """Arrays in tuples and dicts, moved to a backend in a layout."""
    if isinstance(value, dict):
        return {key: laid_out(backend, each, layout, dtype) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(laid_out(backend, each, layout, dtype) for each in value)
    return layout(lambda x: backend.move(x, dtype), value) if isinstance(value, np.ndarray) else value


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    for dtype in precisions(backend):
        yield unwritten(case, backend, sample, dtype)
        wanted = evaluated(case, backend, sample, dtype, every_reduction)
        for layout in layouts(backend):
            arrays, options = (laid_out(backend, each, layout, dtype) for each in (sample.arrays, sample.options))
            values = backend.call(partial(every_reduction, case.loss), arrays, options)
            found = {name: backend.numpy(each) for name, each in values.items()}
            yield from compared(layout.__name__, case, backend, sample, found, wanted, dtype)


def unwritten(case: Case, backend: Backend, sample: Sample, dtype: str) -> Finding:
    """Values and gradients, with every argument compared before and after."""
    arrays, options = backend.move(sample.arrays, dtype), backend.move(sample.options, dtype)

    def contents() -> list[bytes]:
        own = [each for name, each in options.items() if isinstance(sample.options[name], np.ndarray)]
        return [backend.numpy(each).tobytes() for each in (*arrays, *own)]

    before = contents()
    backend.call(partial(every_reduction, case.loss), arrays, options)
    backend.gradients(case.loss, arrays, options, floating(case, sample))
    written = before != contents()
    return Finding(f"{dtype}, arguments afterwards", message="an argument was written to" if written else "")


CHECK = Check("immutability", "Arguments are not written to; their layout in memory changes nothing.", run, typical)
