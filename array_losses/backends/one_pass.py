"""torch in eager mode: large tensors in host memory are evaluated in blocks, their gradient in the same pass."""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd import forward_ad

from .blocks import Block, Layout, key

Tensor = torch.Tensor

BLOCK = 1 << 17
"""Elements of a block: with what a formula makes of them they stay in the cache of the cores."""
WHOLE: list[Block] = [()]


def concrete(arrays: tuple[Tensor | None, ...]) -> bool:
    """Whether these are plain tensors in host memory, and nothing traces, transforms or watches what is done."""
    if (
        torch.compiler.is_compiling()
        or torch._C._are_functorch_transforms_active()
        or torch._C._len_torch_dispatch_stack()
        or torch._C._get_tracing_state() is not None
        or forward_ad._current_level >= 0
    ):
        return False
    return all(each is None or (type(each) in PLAIN and each.is_cpu) for each in arrays)


PLAIN = (Tensor, torch.nn.Parameter)


def blocks_of(layout: Any, arrays: tuple[Tensor | None, ...]) -> tuple[Any, list[Block]]:
    """How to cut the arrays; one block where that does not pay."""
    if layout is None or max([0 if each is None else each.numel() for each in arrays]) < 2 * BLOCK:
        return layout, WHOLE
    layout = layout()
    return layout, layout.blocks(arrays, BLOCK)


def evaluate(totals: Any, arrays: tuple[Tensor | None, ...]) -> Any:
    """A loss that is a sum, then a finish."""
    if not concrete(arrays):
        return totals(*arrays)
    layout, blocks = blocks_of(totals.prepared.layout, arrays)
    wanted: tuple[int, ...] = ()
    if torch.is_grad_enabled():
        wanted = tuple([i for i, each in enumerate(arrays) if each is not None and each.requires_grad])
    if not wanted:
        with torch.no_grad():
            if blocks is WHOLE:
                return totals.finish(*totals.values(arrays))
            parts = [totals.values(layout.take(arrays, block)) for block in blocks]
            return totals.finish(*totals.added(parts, layout))
    if blocks is WHOLE and (totals.prepared.slope is None or wanted != (totals.prepared.sloped,)):
        return totals(*arrays)
    try:
        return OnePass.apply(totals, arrays, wanted, *[arrays[i] for i in wanted])
    except LookupError:  # the divisor depends on what is wanted
        return totals(*arrays)


def evaluate_each(formula: Any, arrays: tuple[Tensor | None, ...], layout: Any, dtype: torch.dtype) -> Tensor:
    """A formula that gives a loss for each position."""
    blocks = WHOLE
    if concrete(arrays) and not (torch.is_grad_enabled() and any(each.requires_grad for each in arrays if each is not None)):
        layout, blocks = blocks_of(layout, arrays)
    if blocks is WHOLE:
        return formula(*arrays)  # type: ignore[no-any-return]
    result = torch.empty(layout.positions, dtype=dtype)
    with torch.no_grad():
        for block in blocks:
            result[block] = formula(*layout.take(arrays, block))
    return result


def slopes(totals: Any, arrays: tuple[Tensor | None, ...], wanted: tuple[int, ...]) -> tuple[Any, list[Tensor]]:
    """The value, and its gradient with respect to each array wanted, in the dtype it is computed in."""
    layout, blocks = blocks_of(totals.prepared.layout, arrays)
    if blocks is WHOLE:
        total, divisor, found = totals.slopes(arrays, wanted)
        factor = totals.scale(divisor, None)
        factor = totals.rest(divisor) if factor is None else factor
        return totals.finish(total, divisor), [each if factor == 1 else each * factor for each in found]
    return in_blocks(totals, arrays, wanted, layout, blocks)


def in_blocks(
    totals: Any, arrays: tuple[Tensor | None, ...], wanted: tuple[int, ...], layout: Layout, blocks: list[Block]
) -> tuple[Any, list[Tensor]]:
    covered = [layout.covers(place) for place in wanted]
    given = [each for i in wanted if (each := arrays[i]) is not None]
    buffers = [
        (torch.empty_like if all_its_own else torch.zeros_like)(each, dtype=totals.compute)
        for each, all_its_own in zip(given, covered, strict=True)
    ]
    parts = []
    for block in blocks:
        total, divisor, found = totals.slopes(layout.take(arrays, block), wanted)
        scale = totals.scale(divisor, layout)
        factor = 1.0 if scale is None else scale
        for place, all_its_own, buffer, slope in zip(wanted, covered, buffers, found, strict=True):
            part = buffer[key(layout.axes[place] or (), block)]
            if all_its_own:
                torch.mul(slope, factor, out=part)
            else:
                part += slope * factor
        parts.append((total, divisor))
    total, divisor = totals.added(parts, layout)
    if totals.scale(divisor, layout) is None:
        rest = totals.rest(divisor)
        for buffer in buffers:
            buffer *= rest
    return totals.finish(total, divisor), buffers


class OnePass(torch.autograd.Function):
    """A loss whose gradient is made with its value; going backward only scales it."""

    @staticmethod
    def forward(ctx: Any, totals: Any, arrays: Any, wanted: tuple[int, ...], *variables: Tensor) -> Any:
        value, ctx.ready = slopes(totals, tuple([None if x is None else x.detach() for x in arrays]), wanted)
        ctx.totals, ctx.wanted = totals, wanted
        ctx.save_for_backward(*arrays)
        ctx.set_materialize_grads(False)
        if isinstance(value, tuple) and isinstance(value[1], Tensor):
            ctx.mark_non_differentiable(value[1])
        return value

    @staticmethod
    def backward(ctx: Any, g: Tensor | None, *_: Any) -> Any:
        if g is None:
            return (None,) * (3 + len(ctx.wanted))
        if torch.is_grad_enabled() or type(g) not in PLAIN or not concrete((g,)):
            return None, None, None, *again(ctx, g)
        ready = ctx.ready
        if ready is None:
            _, ready = slopes(ctx.totals, tuple([None if x is None else x.detach() for x in ctx.saved_tensors]), ctx.wanted)
        ctx.ready = None  # it is handed over, and scaled in place
        if g.item() != 1:
            for each in ready:
                each *= g
        dtypes = [ctx.saved_tensors[i].dtype for i in ctx.wanted]
        return None, None, None, *[each.to(dtype) for each, dtype in zip(ready, dtypes, strict=True)]


def again(ctx: Any, g: Tensor) -> Any:
    """The gradients through the plain formula, to be differentiated again."""
    arrays = ctx.saved_tensors
    variables = [arrays[i] for i in ctx.wanted]
    with torch.enable_grad():
        value = ctx.totals(*arrays)
        value = value[0] if isinstance(value, tuple) else value
        return torch.autograd.grad(value, variables, g, create_graph=torch.is_grad_enabled(), allow_unused=True)
