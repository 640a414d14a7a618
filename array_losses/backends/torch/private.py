"""What torch says of itself by private names alone: each of them is used here, and nowhere else.

After a new torch, look here first. "Tried" names the versions with which the tests passed.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd import forward_ad
from torch.utils import _pytree
from torch.utils._python_dispatch import is_traceable_wrapper_subclass

register_pytree_node = _pytree.register_pytree_node
"""Make a class a pytree for `torch.func`, `torch.compile` and `torch.export`; tried: 2.13."""

tree_flatten, tree_unflatten = _pytree.tree_flatten, _pytree.tree_unflatten
"""Take such a tree apart, and put it together; tried: 2.13."""

mse_loss, l1_loss = torch._C._nn.mse_loss, torch._C._nn.l1_loss
huber_loss, smooth_l1_loss = torch._C._nn.huber_loss, torch._C._nn.smooth_l1_loss
"""The kernels of these functions of `torch.nn.functional`, which broadcast first, in Python; tried: 2.13."""

get_enum = torch.nn._reduction.get_enum
"""The number by which those kernels know a reduction; tried: 2.13."""


def in_transform() -> bool:
    """Whether `torch.func` (grad, vmap, jvp, ...) transforms what is done; tried: 2.13."""
    return torch._C._are_functorch_transforms_active()


def in_forward_derivative() -> bool:
    """Whether a derivative is taken in forward mode around what is done; tried: 2.13."""
    return forward_ad._current_level >= 0


def is_observed() -> bool:
    """Whether anything transforms, traces or intercepts operators: `torch.func`, `torch.jit.trace`, a dispatch mode.

    Tried: 2.13.
    """
    return (
        torch._C._are_functorch_transforms_active()
        or torch._C._len_torch_dispatch_stack() > 0
        or torch._C._get_tracing_state() is not None
        or forward_ad._current_level >= 0
    )


def is_transformed(array: torch.Tensor) -> bool:
    """Whether a tensor is one that `torch.func` made of another; tried: 2.13."""
    return torch._C._functorch.is_functorch_wrapped_tensor(array)


def is_batch(array: torch.Tensor) -> bool:
    """Whether a tensor stands for many, also by the vmap of `autograd.grad(is_grads_batched=True)`; tried: 2.13."""
    return is_transformed(array) or torch._C._functorch.is_legacy_batchedtensor(array)


def is_wrapper(array: object) -> bool:
    """Whether a tensor is made of others that a compiler takes apart, as a DTensor is; tried: 2.13."""
    return is_traceable_wrapper_subclass(array)


def ctc_gradient(x: torch.Tensor, y: torch.Tensor, frames: torch.Tensor, lengths: torch.Tensor, blank: int) -> Any:
    """The derivative of the summed CTC of log-probabilities, without autograd, as in an operator; tried: 2.13."""
    loss, alpha = torch._ctc_loss(x, y, frames, lengths, blank)
    return torch.ops.aten._ctc_loss_backward(torch.ones_like(loss), x, y, frames, lengths, loss, alpha, blank)
