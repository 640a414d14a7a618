"""PyTorch: eager, compiled, vmapped; native functions where array-api-compat's are slow or do not compile."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import torch
from torch.utils import _pytree

from ..namespace import torch_namespace
from ..sums import PYTREES
from . import BY_MODULE
from .generic import Backend
from .nesting import Deeper

xp = types.ModuleType("array_losses.backends.torch.xp", "The standard on torch.")
vars(xp).update(vars(torch_namespace()))
vars(xp).update(clip=torch.clamp, sign=torch.sign, sum=torch.sum, where=torch.where, argsort=torch.argsort)


def softplus(x: torch.Tensor) -> torch.Tensor:
    """-ln sigmoid(-x); the second derivative of torch's `logaddexp` is NaN for large x."""
    return -torch.nn.functional.logsigmoid(-x)


def pick(x: torch.Tensor, ids: torch.Tensor, axis: int) -> torch.Tensor:
    return torch.gather(x, axis, ids.unsqueeze(axis)).squeeze(axis)


NATIVE: dict[str, Callable[..., Any]] = {
    "clip": torch.clamp,
    "log_softmax": torch.log_softmax,
    "softmax": torch.softmax,
    "sigmoid": torch.sigmoid,
    "softplus": softplus,
    "stop_gradient": torch.Tensor.detach,
    "pick": pick,
}


class TorchBackend(Backend):
    """Tensors on any device; read only when they lie in host memory and nothing is traced."""

    noun = "PyTorch tensor"
    conversion = "torch.from_dlpack({})"
    types = (torch.Tensor,)

    def cast(self, array: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        return array.to(dtype)

    def as_ids(self, ids: torch.Tensor) -> torch.Tensor:
        return ids.long()

    def default_float(self) -> torch.dtype:
        return torch.get_default_dtype()

    def device(self, array: torch.Tensor) -> torch.device:
        return array.device

    def from_host(self, value: Any, like: torch.Tensor, dtype: torch.dtype | None = None) -> torch.Tensor:
        if hasattr(value, "dtype"):  # torch cannot hold what is read-only, reversed or bfloat16 in NumPy
            if value.dtype.name == "bfloat16":
                value = value.astype("float32")
            value = value.copy()
        return torch.as_tensor(value, dtype=dtype, device=like.device)

    def arange(self, count: int, like: torch.Tensor) -> torch.Tensor:
        return torch.arange(count, device=like.device)

    def look(self, array: torch.Tensor) -> torch.Tensor | None:
        plain = type(array) is torch.Tensor or type(array) is torch.nn.Parameter
        if not plain or array.device.type != "cpu" or torch.compiler.is_compiling():
            return None
        if torch._C._functorch.is_functorch_wrapped_tensor(array):
            return None
        return array.detach()

    @staticmethod
    def value_and_grad(f: Callable[..., Any], args: tuple[Any, ...], places: tuple[int, ...]) -> Any:
        """By autograd, and by `torch.func` where torch is tracing; the graph is kept within another gradient."""
        wanted = [args[place] for place in places]
        if torch.compiler.is_compiling() or any(map(torch._C._functorch.is_functorch_wrapped_tensor, wanted)):
            gradients, value = torch.func.grad_and_value(f, argnums=places)(*args)
            return value, gradients
        with Deeper() as depth, torch.enable_grad():
            outer = depth > 0 or any(each.requires_grad and not each.is_leaf for each in wanted)
            leaves = [each if each.requires_grad and outer else each.detach().requires_grad_() for each in wanted]
            given = list(args)
            for place, leaf in zip(places, leaves, strict=True):
                given[place] = leaf.view_as(leaf)
            value = f(*given)
            inner = [given[place] for place in places]
            if not value.requires_grad:
                return value, tuple(map(torch.zeros_like, inner))
            found = torch.autograd.grad(value, inner, create_graph=outer, allow_unused=True)
        gradients = tuple(
            torch.zeros_like(x) if gradient is None else gradient for x, gradient in zip(inner, found, strict=True)
        )
        return (value if outer else value.detach()), gradients


BACKEND = TorchBackend("torch", xp, NATIVE)
BY_MODULE["torch"] = BY_MODULE["torch.nn.parameter"] = BACKEND

for cls, flatten in PYTREES:
    _pytree.register_pytree_node(
        cls,
        flatten,
        cls,  # type: ignore[arg-type]
        serialized_type_name=f"array_losses.{cls.__name__}",
    )
