"""`Sums` over the processes of a group: merged, and as the loss whose averaged gradient is that of one batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zlib import crc32

import torch
from torch import distributed

from ..errors import MergeError, NamespaceError, OptionError, describe, fail
from ..sums import ComposedSums, Sums


class ScaledGradient(torch.autograd.Function):
    """A number as it is, and its gradient times a factor."""

    @staticmethod
    def forward(ctx: Any, value: torch.Tensor, factor: int) -> torch.Tensor:
        ctx.factor = factor
        return value.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        return gradients[0] * ctx.factor, None


def all_reduce(sums: Sums | ComposedSums, group: distributed.ProcessGroup | None = None) -> Any:
    """The merged `Sums` of all processes of a group, on each of them, for the loss of an evaluation.

    .. versionadded:: 0.1

    Parameters
    ----------
    sums : Sums
        Those of this process, of any number of its batches; every process calls with those of the same loss. They stay
        as they are.
    group : ProcessGroup, optional
        By default all processes; where `torch.distributed` was not initialised, this one alone.

    Returns
    -------
    Sums
        The same to the last bit on every process, without gradient.

    Raises
    ------
    NamespaceError
        `sums` are no `Sums` of tensors.
    MergeError
        The processes have sums of different losses or options. On a GPU, where nothing may wait, the loss is NaN.
    OptionError
        This process does not belong to `group`.

    See Also
    --------
    data_parallel_loss : for training.

    Notes
    -----
    One collective of a few numbers; totals do not drift, and counts are exact.

    Examples
    --------
    >>> import torch
    >>> import array_losses as al
    >>> from array_losses.integrations.torch import all_reduce
    >>> sums = al.mse_loss(torch.ones(3), torch.zeros(3), reduction="sums")
    >>> all_reduce(sums).loss()
    tensor(1.)
    """
    return _merged("all_reduce", sums, group, attached=False)


def data_parallel_loss(sums: Sums | ComposedSums, group: distributed.ProcessGroup | None = None) -> torch.Tensor:
    """The loss of the batches of all processes as one, whose gradient, averaged over them, is that of this one batch.

    A mean of the processes' own means is not: batches differ in what they count (padding, ignored labels, weights),
    and losses such as Dice are ratios.

    .. versionadded:: 0.1

    Parameters
    ----------
    sums : Sums
        Those of this process's batch, or of its micro-batches added up; every process calls with those of the same
        loss, an empty batch included. They stay as they are.
    group : ProcessGroup, optional
        Those over which the gradient is averaged, by default all processes; where `torch.distributed` was not
        initialised, this one alone.

    Returns
    -------
    tensor, shape ()
        The mean of all, the same on every process. Call ``backward()`` on it as always: DistributedDataParallel and
        FSDP average the gradients.

    Raises
    ------
    NamespaceError, MergeError, OptionError
        As those of `all_reduce`.

    Notes
    -----
    One collective of a few numbers. The gradient that leaves this function is multiplied by the number of processes,
    by which averaging divides; without averaging, add the gradients up and divide them by it.

    Examples
    --------
    >>> import torch
    >>> import array_losses as al
    >>> from array_losses.integrations.torch import data_parallel_loss
    >>> x = torch.ones(3, requires_grad=True)
    >>> data_parallel_loss(al.mse_loss(x, torch.zeros(3), reduction="sums")).backward()
    >>> x.grad
    tensor([0.6667, 0.6667, 0.6667])
    """
    merged = _merged("data_parallel_loss", sums, group, attached=True)
    ranks = distributed.get_world_size(group) if _is_running() else 1
    loss: torch.Tensor = ScaledGradient.apply(merged.loss(), ranks)  # type: ignore[no-untyped-call]
    return loss


def _merged(caller: str, sums: Any, group: Any, *, attached: bool) -> Any:
    """The sums of all ranks, added up in their order; where `attached`, differentiable by those of this rank."""
    own = _leaves(sums) if isinstance(sums, Sums | ComposedSums) else []
    if not own or not all(isinstance(each, torch.Tensor) for each in own):
        got = describe(own[0]) if own else describe(sums)
        fail(NamespaceError, caller, "sums", 'be `Sums` of tensors, of a loss with reduction="sums"', got)
    rank = distributed.get_rank(group) if _is_running() else 0
    if rank < 0:
        fail(OptionError, caller, "group", "be one that this process belongs to", "another")
    ranks = [_made(sums, each) for each in _gathered(caller, sums, own, group)]
    if attached:
        ranks[rank] = sums
    return sum(ranks[1:], start=ranks[0])


def _gathered(caller: str, sums: Any, own: list[torch.Tensor], group: Any) -> list[Iterator[torch.Tensor]]:
    """The leaves of each rank, in its order; a mark of the loss and its options goes with them."""
    mark = float(crc32(repr(_definition(sums)).encode()) >> 8)  # 24 bits, which float32 holds
    packed = torch.cat([each.detach().reshape(-1) for each in own] + [own[0].new_full((1,), mark)])
    found = [packed]
    if _is_running():
        found = [torch.empty_like(packed) for _ in range(distributed.get_world_size(group))]
        distributed.all_gather(found, packed, group)
    alike = torch.stack([each[-1] for each in found]).eq(mark).all()
    if alike.device.type == "cpu":
        if not alike:
            raise MergeError(f"{caller}: the processes have sums of different losses or options")
    else:
        found = [torch.where(alike, each, torch.nan) for each in found]
    sizes = [each.numel() for each in own]
    return [
        (part.view_as(each).to(each.dtype) for part, each in zip(torch.split(values[:-1], sizes), own, strict=True))
        for values in found
    ]


def _leaves(sums: Any) -> list[Any]:
    if isinstance(sums, ComposedSums):
        return [leaf for term in sums.terms for leaf in _leaves(term)]
    return [*sums.parts, *sums.rests]


def _made(sums: Any, leaves: Iterator[torch.Tensor]) -> Any:
    """Such sums, of other leaves."""
    if isinstance(sums, ComposedSums):
        return ComposedSums(tuple([_made(term, leaves) for term in sums.terms]), sums.scales)
    parts, rests = [tuple([next(leaves) for _ in sums.parts]) for _ in range(2)]
    return Sums(parts, sums.finish, rests)


def _definition(sums: Any) -> Any:
    if isinstance(sums, ComposedSums):
        return sums.scales, [_definition(term) for term in sums.terms]
    return sums.finish.loss, sums.finish.options


def _is_running() -> bool:
    return distributed.is_available() and distributed.is_initialized()
