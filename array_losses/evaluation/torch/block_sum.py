"""A sum whose gradient is made beside autograd: together with it, or in a second pass over its blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from ...backends.torch.plain import concrete_or_none, is_plain_eager
from ...backends.torch.private import is_batch

Tensor = torch.Tensor
Tensors = tuple[Tensor | None, ...]


class Made(NamedTuple):
    """Results, made without autograd, and what their gradient is made of."""

    results: Tensors
    """Of which the first is differentiated; the others too where the gradient takes the cotangents of all."""
    ready: list[Tensor] | None
    """The gradient for a cotangent of `unit`; None where it is made of the cotangents."""
    arrays: Tensors
    """What the results are made of."""
    argnums: tuple[int, ...]
    """Those of the arrays with a gradient."""
    again: Callable[[Tensors, Tensors], list[Tensor]] | None
    """The gradient once more, of plain arrays and cotangents; None: by the plain evaluation."""
    plain: Callable[..., Any]
    """The results of the arrays by torch's own operators."""
    unit: float = 1.0
    anywhere: bool = False
    """Whether this is done on every device."""
    in_graph: bool = False
    """Whether a compiler traces it, for which the gradient is never differentiated."""


def attach(made: Made) -> Any:
    """The results, with their gradient for autograd."""
    variables = [made.arrays[i] for i in made.argnums]
    return BlockSum.apply(made, *variables)  # type: ignore[no-untyped-call]


class BlockSum(torch.autograd.Function):
    """Results whose gradient is ready: going backward only scales it. It is made again where that does not do."""

    @staticmethod
    def forward(ctx: Any, made: Made, *variables: Tensor) -> Any:
        ctx.ready, ctx.dtypes = made.ready, [each.dtype for each in variables]
        ctx.save_for_backward(*made.arrays)
        ctx.made = made._replace(results=(), ready=None, arrays=())
        ctx.set_materialize_grads(False)
        others = [each for each in made.results[1:] if isinstance(each, Tensor)]
        if made.ready is None:
            others = [each for each in others if not each.is_floating_point()]
        ctx.mark_non_differentiable(*others)
        return made.results if len(made.results) > 1 else made.results[0]

    @staticmethod
    def backward(ctx: Any, *gs: Tensor | None) -> Tensors:
        made, given = ctx.made, tuple([g for g in gs if g is not None])
        if not given:
            return (None,) * (1 + len(ctx.dtypes))
        again = not made.in_graph and needs_double_backward(given, made.anywhere)
        if again or (ctx.ready is None and made.again is None):
            return None, *recompute_gradients(made.plain, ctx.saved_tensors, made.argnums, gs)
        ready, ctx.ready = ctx.ready, None  # it is handed over, and scaled in place
        arrays = ctx.saved_tensors
        found = made.again(detached(arrays), gs) if ready is None else scaled(ready, given[0], made.unit)
        return None, *[each.to(dtype) for each, dtype in zip(found, ctx.dtypes, strict=True)]


def scaled(gradients: list[Tensor], g: Tensor, unit: float = 1.0) -> list[Tensor]:
    """The gradients times a cotangent, in place; left alone where that is 1."""
    seen = concrete_or_none(g)
    factor: Any = g * unit if seen is None else seen.item() * unit
    if type(factor) is not float or factor != 1:
        for each in gradients:
            each *= factor
    return gradients


def detached(arrays: Tensors) -> Tensors:
    return tuple([None if each is None else each.detach() for each in arrays])


def needs_double_backward(gs: tuple[Tensor, ...], anywhere: bool = False) -> bool:
    """Whether the gradient of these cotangents is differentiated or transformed itself: then it must be plain torch."""
    return torch.is_grad_enabled() or any(map(is_batch, gs)) or not is_plain_eager(gs, anywhere)


def recompute_gradients(plain: Callable[..., Any], given: Tensors, argnums: tuple[int, ...], gs: Tensors) -> Tensors:
    """The gradients through a plain evaluation, which can be differentiated again; None in `gs` where there is none."""
    arrays: list[Any] = list(given)
    create_graph = torch.is_grad_enabled()
    with torch.enable_grad():
        for i in argnums:
            arrays[i] = arrays[i].view_as(arrays[i])  # without the hooks of the original, which run once, outside
        found = plain(*arrays)
        found = found if isinstance(found, tuple) else (found,)
        pairs = [(each, g) for each, g in zip(found, gs, strict=False) if g is not None and each.requires_grad]
        if not pairs:
            return (None,) * len(argnums)
        results, weights = zip(*pairs, strict=True)
        variables = [arrays[i] for i in argnums]
        return torch.autograd.grad(results, variables, weights, create_graph=create_graph, allow_unused=True)
