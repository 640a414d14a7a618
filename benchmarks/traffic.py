"""`python -m benchmarks --traffic`: the bytes that operators read and write where no value can be looked at.

Ours, and torch's own or what users compose of it, are run on torch's meta device, forward and backward; torch's
execution trace tells every operator with the shapes and strides of what goes in and comes out. An operator counts as
a whole if a device has a kernel for it; views and fresh memory do not count, and what is broadcast counts once. The
counts are exact: no clock, no device.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from .case import Case
from .cases import cases

SIZES = {"double": 8, "long int": 8, "float": 4, "int": 4, "c10::Half": 2, "c10::BFloat16": 2, "short int": 2}
"""The bytes of an element where it is more than one, by the trace's names."""
FRESH = ("aten::empty", "aten::new_empty")
NAMED = ("aten::copy_", "aten::sort", "aten::sort.values")
"""Operators for which every device has a kernel, under another name."""
UNREAD = ("aten::copy_", "aten::fill_", "aten::zero_")
"""Operators that write their first argument and do not read it."""
ELEMENTS = 1 << 16
UNCOUNTED = ("ctc_loss", "gaussian_nll_loss", "multi_margin_loss", "multilabel_margin_loss")
"""Losses of which torch's own has no kernel for meta tensors, or reads a value."""


class Line(NamedTuple):
    """One loss: the bytes for each number of its largest array, forward and backward."""

    name: str
    ours: float
    against: str
    theirs: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs


def lines() -> list[Line]:
    """A line for each kind of input that has a call of torch to compare with."""
    return [line(case) for case in cases() if rival(case) is not None and case.loss not in UNCOUNTED]


def rival(case: Case) -> Any:
    """The first call of torch's: its own function, or what users compose of its functions."""
    return next((each for each in case.rivals if each.against == "torch"), None)


def line(case: Case) -> Line:
    import torch

    arrays = case.draw(np.random.default_rng(0), ELEMENTS)
    tensors = [torch.from_numpy(np.ascontiguousarray(each)).to("meta") for each in arrays]
    for each in tensors[: case.wrt]:
        each.requires_grad_()
    per = max(each.numel() for each in tensors)
    theirs, ours = rival(case), case.ours()
    assert ours is not None
    return Line(
        case.name,
        traffic(ours, tensors) / per,
        theirs.label,
        traffic(theirs.make(torch.nn.functional), tensors) / per,
    )


def traffic(loss: Callable[..., Any], tensors: list[Any]) -> int:
    """The bytes that all operators of a loss and its backward read and write."""
    loss(*tensors).backward()  # once before: what is kept for later calls is made
    for each in tensors:
        each.grad = None
    return sum(map(moved, operators(trace(lambda: loss(*tensors).backward()))))


def trace(work: Callable[[], Any]) -> list[dict[str, Any]]:
    """The nodes of torch's execution trace."""
    from torch.profiler import ExecutionTraceObserver

    with TemporaryDirectory() as folder, redirect_stderr(StringIO()):
        path = Path(folder) / "trace.json"
        observer = ExecutionTraceObserver().register_callback(str(path))
        observer.start()
        try:
            work()
        finally:
            observer.stop()
            observer.unregister_callback()
        return json.loads(path.read_text())["nodes"]  # type: ignore[no-any-return]


def operators(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The outermost operators for which a device has a kernel of its own."""
    known = {node["id"]: node for node in nodes}
    inside: dict[int, bool] = {}

    def counted(node: dict[str, Any]) -> bool:
        """Whether a node, or one that it is called from, is such an operator."""
        if node["id"] not in inside:
            above = known.get(node["ctrl_deps"])
            inside[node["id"]] = (above is not None and above is not node and counted(above)) or has_kernel(node)
        return inside[node["id"]]

    for node in nodes:
        above = known.get(node["ctrl_deps"])
        if has_kernel(node) and not (above is not None and counted(above)):
            yield node


def has_kernel(node: dict[str, Any]) -> bool:
    """Whether a device has a kernel for an operator, or for its form with `out` (`abs`); `NAMED` are by hand."""
    import torch

    name = overload(node)
    if not name:
        return False
    with_out = f"{name}_out" if "." in name else f"{name.removesuffix('_')}.out"
    return name in NAMED or any(
        torch._C._dispatch_has_kernel_for_dispatch_key(each, "CPU")
        for each in (name, with_out)
        if torch._C._dispatch_has_kernel(each)
    )


def overload(node: dict[str, Any]) -> str:
    """An operator's name with that of its overload; "" for what is none."""
    found = {each["name"]: each["value"] for each in node["attrs"]}.get("op_schema", "")
    return str(found).partition("(")[0]


def moved(node: dict[str, Any]) -> int:
    """The bytes that an operator reads and writes."""
    if node["name"].startswith(FRESH) or is_view(node):
        return 0
    unread = side({kind: each[:1] for kind, each in node["inputs"].items()}) if node["name"] in UNREAD else 0
    return sum(side(node[each]) for each in ("inputs", "outputs")) - unread


def is_view(node: dict[str, Any]) -> bool:
    """Whether an operator's result is the memory of its argument, unwritten."""
    import torch

    space, _, rest = overload(node).partition("::")
    name, _, kind = rest.partition(".")
    schema = getattr(getattr(getattr(torch.ops, space), name), kind or "default")._schema
    return any(each.alias_info is not None and not each.alias_info.is_write for each in schema.returns)


def side(values: dict[str, Any]) -> int:
    """The bytes of the tensors among the arguments or results, what is broadcast counted once."""
    total = 0
    for shape, stride, kind in flat(values["shapes"], values["strides"], values["types"]):
        total += math.prod(n for n, step in zip(shape, stride, strict=True) if step) * SIZES.get(kind, 1)
    return total


def flat(shapes: list[Any], strides: list[Any], types: list[str]) -> Iterator[tuple[list[int], list[int], str]]:
    """The shape, strides and dtype of each tensor, also in lists."""
    for shape, stride, kind in zip(shapes, strides, types, strict=True):
        if kind.startswith("Tensor("):
            yield shape, stride, kind[len("Tensor(") : -1]
        elif kind.startswith("GenericList[Tensor("):
            kinds = kind.removeprefix("GenericList[").removesuffix("]").split(",")
            yield from flat(shape, stride, kinds)


def report() -> str:
    """Both tables: of operators on a device, and of the calls of a library without an adapter."""
    from . import counted

    device = "Bytes for each number, mean forward and backward, where no value can be looked at (torch, meta device)"
    plain = "Bytes for each number, mean forward, on a library without an adapter, beside the textbook formula"
    return f"{device}\n\n{table(lines())}\n\n{plain}\n\n{table(counted.lines())}"


def table(found: list[Line]) -> str:
    """The lines as text, with their geometric mean."""
    wide = max(len(each.name) for each in found)
    rows = [
        f"{each.name:<{wide}}  {each.ours:7.1f}  {each.theirs:7.1f}  {each.ratio:6.2f}  {each.against}"
        for each in found
    ]
    head = f"{'loss':<{wide}}  {'ours':>7}  {'theirs':>7}   ratio  against"
    return "\n".join([head, *rows, f"{'geometric mean':<{wide}}  {'':7}  {'':7}  {mean(found):6.2f}"])


def mean(found: list[Line]) -> float:
    """The geometric mean of the ratios."""
    return math.exp(sum(math.log(each.ratio) for each in found) / len(found))
