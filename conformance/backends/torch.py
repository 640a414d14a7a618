"""PyTorch: eager on the CPU and on a GPU, and compiled in full graphs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .base import Backend, BackendUnavailable, Options, small_blocks


class Torch(Backend):
    name = "torch:cpu"
    place = "cpu"
    types = (torch.Tensor,)
    engine = "torch.autograd"
    func = torch.func
    validates_values = True
    halves = ("float16", "bfloat16")

    @property
    def version(self) -> str:
        return torch.__version__

    def array(self, value: np.ndarray) -> torch.Tensor:
        if value.dtype.name == "bfloat16":  # no NumPy array of it gets into torch
            return torch.tensor(value.astype(np.float32)).to(torch.bfloat16).to(self.place)
        return torch.tensor(value).to(self.place)

    def numpy(self, array: torch.Tensor) -> np.ndarray:
        array = array.detach().cpu()
        return array.float().numpy() if array.dtype == torch.bfloat16 else array.numpy()

    def misplaced(self, array: Any) -> str:
        wrong = super().misplaced(array)
        return wrong or ("" if array.device.type == self.place else f"on {array.device}")

    def gradients(
        self, f: Callable[..., Any], arrays: tuple[Any, ...], options: Options, places: tuple[int, ...]
    ) -> Any:
        found, gradients = self.values_and_gradients(lambda *a, **o: {"": f(*a, **o)}, "", arrays, options, places)
        return found[""], gradients

    def values_and_gradients(
        self, f: Callable[..., Any], name: str, arrays: tuple[Any, ...], options: Options, places: tuple[int, ...]
    ) -> Any:
        """By `backward`."""
        given = [each.clone().requires_grad_(i in places) for i, each in enumerate(arrays)]
        values = self.call(f, tuple(given), options)
        if values[name].requires_grad:
            values[name].backward()
        found = (given[place].grad for place in places)
        zero = (torch.zeros_like(given[place]) for place in places)
        gradients = tuple(o if g is None else g for g, o in zip(found, zero, strict=True))
        return {key: each.detach() for key, each in values.items()}, gradients


class InBlocks(Torch):
    """Blocks of a few elements, so that what large arrays go through is tried at every edge."""

    name = "torch:blocks"
    in_blocks = True
    func = None
    scope = staticmethod(small_blocks)


class Cuda(Torch):
    name = "torch:cuda"
    place = "cuda"
    validates_values = False

    def __init__(self) -> None:
        if not torch.cuda.is_available():
            raise BackendUnavailable("torch:cuda: torch finds no CUDA device")
        torch.ones(1, device="cuda").add(1)  # a device may be listed, and not supported by this build
        self.device = f"cuda:0 {torch.cuda.get_device_name(0)}"


class Compiled(Torch):
    """`torch.compile(fullgraph=True)`: a graph break is an error. The graph is run as it was traced, forward and
    backward, which needs no C++ compiler."""

    name = "torch:compile"
    validates_values = False
    func = None
    expensive = True
    covered = frozenset({"bad_values", "domain", "hyperparameters", "subgradients"})
    """By jax:jit, where nobody looks either, and by the tests: here every sample is compiled again."""
    last: tuple[Any, ...] = (None,)
    """The last function, its options, the shapes of its arrays, and what it was compiled to."""

    def forget(self) -> None:
        super().forget()
        self.last = (None,)
        torch.compiler.reset()

    def call(self, f: Callable[..., Any], arrays: tuple[Any, ...], options: Options) -> Any:
        """Compiled anew, but for the last function with other numbers: sizes that differ would become symbols."""
        shapes = [described(each) for each in arrays]
        if self.last[0] is not f or self.last[1] is not options or self.last[2] != shapes:
            torch.compiler.reset()
            self.last = f, options, shapes, torch.compile(f, fullgraph=True, backend="aot_eager")
        return self.last[-1](*arrays, **options)


def described(array: Any) -> Any:
    """What a graph depends on; something else, where that is no tensor."""
    return (array.shape, array.dtype, array.requires_grad) if isinstance(array, torch.Tensor) else array
