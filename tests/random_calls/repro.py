"""A failing call as a script to paste."""

from __future__ import annotations

from typing import Any

import numpy as np

from .call import CLASSES, RandomCall
from .libraries import HOST, Library


def literal(array: np.ndarray) -> str:
    name = array.dtype.name
    values = array.astype(np.float64).tolist() if name == "bfloat16" else array.tolist()
    dtype = "ml_dtypes.bfloat16" if name == "bfloat16" else repr(name)
    shape = f".reshape({array.shape})" if not array.size else ""
    return f"np.array({values!r}, {dtype}){shape}"


def converted(text: str, array: np.ndarray, library: Library, form: str) -> str:
    """The code of an array of the library."""
    if form == "list":
        return f"{text}.tolist()"
    if form == "big-endian":
        return f"{text}.astype({array.dtype.newbyteorder('>').str!r})"
    if form in HOST:
        return text
    kind = library.name.partition(":")[0]
    if kind == "torch" and array.dtype.name == "bfloat16":
        made = f"torch.tensor({text}.astype(np.float32)).bfloat16()"
    else:
        made = {
            "numpy": text,
            "torch": f"torch.tensor({text})",
            "jax": f"jnp.asarray({text})",
            "dask": f"da.from_array({text}, chunks={(2, *array.shape[1:]) if array.ndim else ()})",
        }.get(kind, f"LIBRARY.array({text}, CALL)")
    return made + (f"  # {form}" if form != "array" else "")


def arguments(call: RandomCall, options: dict[str, Any]) -> str:
    args = [*call.positional, *(f"{n}={n}" for n in call.arrays if n not in call.positional)]
    return ", ".join([*args, *(f"{name}={value!r}" for name, value in options.items())])


def expression(call: RandomCall) -> str:
    """The call, of variables named as its arguments."""
    if call.route == "function":
        return f"al.{call.loss}({arguments(call, call.options)}, reduction={call.reduction!r})"
    made = [
        f"{factor} * al.{CLASSES[loss]}({', '.join(f'{n}={v!r}' for n, v in options.items() if n != 'normalizer')})"
        for factor, loss, options in call.terms
    ]
    both = {name: call.options[name] for name in ("normalizer",) if name in call.options}
    return f"({' + '.join(made)})({arguments(call, both)}, reduction={call.reduction!r})"


def script(call: RandomCall, library: Library) -> str:
    """Lines to paste; "halves" and "sums:..." are the sums of two halves merged, or of the whole, then `.loss()`."""
    call = library.fit(call)
    lines = ["import numpy as np, ml_dtypes, torch, jax.numpy as jnp, dask.array as da, array_losses as al"]
    nan_inf = any(not np.all(np.isfinite(e.astype(float))) for e in call.arrays.values() if e.dtype.kind not in "iub")
    lines += ["nan, inf = np.nan, np.inf"] if nan_inf else []
    for name, array in call.arrays.items():
        lines.append(f"{name} = {converted(literal(array), array, library, library.form(call, name))}")
    return "\n".join([*lines, f"# {library.name}, derivatives by {call.wanted}", expression(call)])
