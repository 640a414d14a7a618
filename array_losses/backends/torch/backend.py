"""PyTorch: eager, compiled, vmapped; native functions where array-api-compat's are slow or do not compile."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import torch

from ...sums import PYTREES
from ...typing import Array, Device
from .. import BY_MODULE
from ..base import Backend
from ..compat import torch_namespace
from ..numeric import Numeric
from ..sums_text import from_text, to_text
from .compiled import compiled_form, is_exporting
from .forward import NO_GRAD
from .kernels import NATIVE
from .leaf import call_leaf
from .lookalikes import estranged, objection, on_mesh_of
from .numeric import differentiable
from .plain import concrete_or_none, extremes, is_plain_eager
from .private import in_forward_derivative, in_transform, register_pytree_node, tree_flatten, tree_unflatten

xp = types.ModuleType("array_losses.backends.torch.xp", "The standard on torch.")
vars(xp).update(vars(torch_namespace()))
vars(xp).update(clip=torch.clamp, sign=torch.sign, sum=torch.sum, where=torch.where, argsort=torch.argsort)
# array-api-compat's make places of negative numbers, and look for a default dtype by a cache that dynamo warns of
vars(xp).update(take_along_axis=lambda x, ids, axis: x.gather(axis, ids), cumulative_sum=lambda x, axis: x.cumsum(axis))
vars(xp).update(isinf=lambda x: x.abs() == inf)  # torch.compile makes no vectors of `isinf`
vars(xp).update(squeeze=lambda x, axis: x.squeeze(axis))  # in whose place theirs sorts axes, which dynamo does not read


def needed(guards: Sequence[Any]) -> list[bool]:
    """Whether each guard of a compiled loss is needed: checking what never changes takes longer than the loss.

    Other modules may stand in a composition, by a loss of the user's: what they hold may change.
    """

    def fixed(name: str) -> bool:
        if "__import_" in name:
            return "__import_array_losses" in name
        return "G['" in name or name.startswith(("dict(type(", "type("))

    return [not fixed(each.name) for each in guards]


def needed_of_others(guards: Sequence[Any]) -> list[bool]:
    """Whether each guard of a user's compiled function is needed: its own globals may change."""
    return ["__import_array_losses" not in each.name for each in guards]


class TorchBackend(Backend):
    """Tensors on any device; read only when they lie in host memory and nothing is traced."""

    noun = "PyTorch tensor"
    conversion = "torch.from_dlpack({})"
    to_host = "{}.numpy(force=True)"
    move = "{}.to({}.device)"
    types = (torch.Tensor,)
    no_grad_overrides = NO_GRAD

    def form(self, numeric: Numeric) -> Callable[..., Any]:
        if torch.compiler.is_compiling():
            return compiled_form(numeric)
        name = numeric.name
        native = NATIVE.get(name) or numeric.portable
        if in_transform() or in_forward_derivative():  # which differentiate the body
            return native
        forward = NO_GRAD.get(name) or native
        if not torch.is_grad_enabled():
            return forward
        return native if numeric.derivative is None or name in NATIVE else differentiable(numeric, forward)

    def cast(self, array: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        return array if array.dtype == dtype else array.to(dtype)

    def dense(self, array: torch.Tensor) -> torch.Tensor:
        return array.contiguous()  # torch sums up an expanded tensor one by one

    def as_ids(self, ids: torch.Tensor) -> torch.Tensor:
        ids, unsigned = ids.long(), ids.dtype == torch.uint64
        return torch.where(ids < 0, torch.iinfo(torch.int64).max, ids) if unsigned else ids

    def default_float(self) -> torch.dtype:
        return torch.get_default_dtype()

    def device(self, array: torch.Tensor) -> torch.device:
        return array.device

    def from_host(self, value: Any, like: torch.Tensor, dtype: torch.dtype | None = None) -> torch.Tensor:
        if torch.compiler.is_compiling():
            return torch.as_tensor(value, dtype=dtype, device=like.device)
        if hasattr(value, "dtype"):  # torch cannot hold what is read-only, reversed or bfloat16 in NumPy
            if value.dtype.name == "bfloat16":
                value, dtype = value.astype("float32"), dtype or torch.bfloat16
            value = value.astype(value.dtype.newbyteorder("="), copy=True)
        return on_mesh_of(torch.as_tensor(value, dtype=dtype, device=like.device), like)

    def arange(self, count: int, like: torch.Tensor) -> torch.Tensor:
        return on_mesh_of(torch.arange(count, device=like.device), like)

    def is_known(self, size: object) -> bool:
        return isinstance(size, int) and not (torch.compiler.is_compiling() and is_exporting())

    def objection(self, array: torch.Tensor) -> tuple[str, str] | None:
        return objection(array)

    def estranged(self, first: torch.Tensor, other: torch.Tensor) -> str | None:
        return estranged(first, other)

    def allows_caching(self, input: torch.Tensor) -> bool:
        return is_plain_eager((input,), anywhere=True)

    def cacheable(self, array: torch.Tensor, device: Device) -> torch.Tensor:
        if not array.is_inference():
            return array
        with torch.inference_mode(False):  # else no derivative could be taken later
            return array.clone()

    def with_operators(self, array: torch.Tensor) -> torch.Tensor:
        return self.as_ids(array) if array.dtype in WITHOUT_OPERATORS else array

    def requires_grad(self, array: torch.Tensor) -> bool:
        return array.requires_grad

    def tracing(self) -> bool:
        return torch.compiler.is_compiling()

    def call_leaf(self, key: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> torch.Tensor | None:
        return call_leaf(key, args, kwargs) if torch.compiler.is_dynamo_compiling() else None

    def concrete_or_none(self, array: torch.Tensor) -> torch.Tensor | None:
        return concrete_or_none(array)

    def to_numpy(self, array: torch.Tensor) -> Any:
        if array.dtype != torch.bfloat16:
            return array.numpy(force=True)
        try:
            from ml_dtypes import bfloat16  # NumPy itself has none
        except ImportError:
            return array.float().numpy(force=True)
        return array.detach().view(torch.int16).numpy(force=True).view(bfloat16)

    def compile(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if not hasattr(torch.compiler, "skip_guard_on_globals_unsafe"):  # before torch 2.8
            return torch.compile(function)
        ours = getattr(function, "__module__", "").startswith(__name__.partition(".")[0])
        return torch.compile(function, options={"guard_filter_fn": needed if ours else needed_of_others})

    def extremes(self, view: torch.Tensor) -> tuple[float, float]:
        return extremes(view)

    @staticmethod
    def value_and_grad(
        f: Callable[..., Any], args: tuple[Any, ...], places: tuple[int, ...], has_aux: bool
    ) -> tuple[Any, tuple[Array, ...]]:
        """The result and the gradients by `torch.func`, so that the graph to what `f` captures is kept."""
        if torch.compiler.is_compiling():
            gradients, result = torch.func.grad_and_value(f, argnums=places, has_aux=has_aux)(*args)
            return result, gradients
        rest: list[Any] = []

        def tensors_alone(*given: Any) -> Any:
            """The value and the tensors of the rest: `torch.func` refuses what is no tensor."""
            value, aux = f(*given)
            leaves, spec = tree_flatten(aux)
            rest[:] = [torch.Tensor if isinstance(each, torch.Tensor) else each for each in leaves], spec
            return value, tuple([each for each in leaves if isinstance(each, torch.Tensor)])

        with torch.inference_mode(False):
            given = [each.clone() if isinstance(each, torch.Tensor) and each.is_inference() else each for each in args]
            both = torch.func.grad_and_value(tensors_alone if has_aux else f, argnums=places, has_aux=has_aux)
            gradients, result = both(*given)
        if has_aux:
            value, tensors = result[0], iter(result[1])
            kept, spec = rest
            result = value, tree_unflatten([next(tensors) if each is torch.Tensor else each for each in kept], spec)
        return result, gradients


WITHOUT_OPERATORS = (torch.uint16, torch.uint32, torch.uint64)
"""Integer dtypes that torch stores but does not compute with."""

BACKEND = TorchBackend("torch", xp, NATIVE)
BY_MODULE["torch"] = BY_MODULE["torch.nn.parameter"] = BACKEND

for cls, flatten, unflatten in PYTREES:
    register_pytree_node(
        cls,
        flatten,
        unflatten,
        serialized_type_name=f"array_losses.{cls.__name__}",
        to_dumpable_context=to_text,
        from_dumpable_context=from_text,
    )
