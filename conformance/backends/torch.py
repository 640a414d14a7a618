"""PyTorch: eager on the CPU and on a GPU, and compiled in full graphs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from array_losses.backends import one_pass

from .base import Absent, Backend, Options, small


class Torch(Backend):
    name = "torch:cpu"
    place = "cpu"
    types = (torch.Tensor,)
    engine = "torch.autograd"
    func = torch.func
    looks = True
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
        """By `backward`."""
        given = [each.clone().requires_grad_(i in places) for i, each in enumerate(arrays)]
        value = self.call(f, tuple(given), options)
        if value.requires_grad:
            value.backward()
        found = (given[place].grad for place in places)
        zero = (torch.zeros_like(given[place]) for place in places)
        return value.detach(), tuple(o if g is None else g for g, o in zip(found, zero, strict=True))


class InBlocks(Torch):
    """Blocks of a few elements, so that what large arrays go through is tried at every edge."""

    name = "torch:blocks"
    func = None
    scope = staticmethod(partial(small, one_pass, ("BLOCK", "TWICE")))


class Cuda(Torch):
    name = "torch:cuda"
    place = "cuda"
    looks = False

    def __init__(self) -> None:
        if not torch.cuda.is_available():
            raise Absent("torch:cuda: torch finds no CUDA device")
        torch.ones(1, device="cuda").add(1)  # a device may be listed, and not supported by this build
        self.device = f"cuda:0 {torch.cuda.get_device_name(0)}"


class Compiled(Torch):
    """`torch.compile(fullgraph=True)`: a graph break is an error. The graph is run as it was traced, forward and
    backward, which needs no C++ compiler."""

    name = "torch:compile"
    looks = False
    func = None
    slow = True

    def forget(self) -> None:
        torch.compiler.reset()

    def call(self, f: Callable[..., Any], arrays: tuple[Any, ...], options: Options) -> Any:
        self.forget()
        return torch.compile(f, fullgraph=True, backend="aot_eager")(*arrays, **options)
