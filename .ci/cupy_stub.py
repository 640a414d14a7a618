"""Write `tests/cupy_namespace.pyi`: what CuPy has of the Array API standard, and how it is called.

`python .ci/cupy_stub.py` needs CuPy, array-api-compat and array-api-strict, whose names are the standard's, but no GPU.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import array_api_compat.cupy as xp
import array_api_strict as standard
import cupy

STUB = Path(__file__).resolve().parent.parent / "tests" / "cupy_namespace.pyi"
HEAD = '''"""What CuPy {cupy} with array-api-compat {compat} has of the standard. Written by `python .ci/cupy_stub.py`.

`Any` is what is no function, or one that does not tell its signature.
"""

from typing import Any
'''
ARRAY = type(standard.asarray(0.0))


def signature(function: Any) -> str:
    """The named parameters of a function; ValueError if it does not tell them.

    What goes on through ``**kwargs`` may be refused later: it is left out.
    """
    if isinstance(function, cupy.ufunc):
        return f"({', '.join(f'x{i + 1}' for i in range(function.nin))}, /)"
    parameters = [
        each.replace(annotation=each.empty, default=each.default if each.default is each.empty else ...)
        for each in inspect.signature(function).parameters.values()
        if each.kind is not each.VAR_KEYWORD
    ]
    return str(inspect.Signature(parameters)).replace("Ellipsis", "...")


def declarations() -> Iterator[str]:
    """A line for each name of the standard that the namespace has; functions come last."""
    functions = []
    for name in sorted(standard.__all__):
        value = getattr(xp, name, None)
        if value is None or inspect.ismodule(value):
            continue
        try:
            if callable(value) and not isinstance(value, type):
                functions.append(f"def {name}{signature(value)}: ...")
                continue
        except ValueError:
            pass
        yield f"{name}: Any"
    yield from ("", *functions)


def attributes() -> Iterator[str]:
    """A line for each property, method and operator of the standard that CuPy's arrays have."""
    for name, value in sorted(vars(ARRAY).items()):
        if (callable(value) or isinstance(value, property)) and hasattr(cupy.ndarray, name):
            yield f"    {name}: Any"


if __name__ == "__main__":
    head = HEAD.format(cupy=cupy.__version__, compat=version("array-api-compat"))
    STUB.write_text("\n".join([head, *declarations(), "", "class ndarray:", *attributes(), ""]))
