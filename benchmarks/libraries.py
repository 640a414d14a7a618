"""How work is done on the arrays of a library: once forward, or with the gradient; eagerly, or compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

FORWARD, BOTH = "forward", "forward+backward"
WHATS = (FORWARD, BOTH)


class Work(NamedTuple):
    """Something to time."""

    run: Callable[[], Any]
    finish: Callable[[Any], Any]
    """Waits until the result of `run` is there."""


class Library:
    """NumPy; what it does not do itself is the tape's work."""

    name = "numpy"
    modes: tuple[str, ...] = ("eager",)

    def __init__(self, device: str, mode: str = "eager") -> None:
        self.device, self.mode = device, mode

    def array(self, a: np.ndarray) -> Any:
        return a

    def numpy(self, array: Any) -> np.ndarray:
        return np.asarray(array)

    def finish(self, _out: Any) -> None:
        """Wait for the result."""

    def work(self, f: Callable[..., Any], arrays: tuple[Any, ...], what: str, wrt: int) -> Work:
        """`f` of the arrays, or its value and its gradient by the first `wrt` of them."""
        return Work(self.forward(f, arrays) if what == FORWARD else self.both(f, arrays, wrt), self.finish)

    def forward(self, f: Callable[..., Any], arrays: tuple[Any, ...]) -> Callable[[], Any]:
        return lambda: f(*arrays)

    def both(self, f: Callable[..., Any], arrays: tuple[Any, ...], wrt: int) -> Callable[[], Any]:
        import array_losses as al

        g = al.value_and_grad(f, argnums=tuple(range(wrt)))
        return lambda: g(*arrays)

    def results(self, out: Any) -> list[np.ndarray]:
        """Value and gradients as NumPy arrays."""
        value, gradients = out if isinstance(out, tuple) else (out, ())
        return [self.numpy(each) for each in (value, *gradients)]


class CuPy(Library):
    """NumPy's work on a GPU."""

    name = "cupy"

    def array(self, a: np.ndarray) -> Any:
        import cupy

        return cupy.asarray(a)

    def numpy(self, array: Any) -> np.ndarray:
        return array.get()

    def finish(self, _out: Any) -> None:
        import cupy

        cupy.cuda.get_current_stream().synchronize()


class Torch(Library):
    """`.backward()` into fresh gradients; compiled for the shape at hand."""

    name = "torch"
    modes = ("eager", "compiled")

    def array(self, a: np.ndarray) -> Any:
        import torch

        return torch.from_numpy(a).to(self.device)

    def numpy(self, array: Any) -> np.ndarray:
        return array.detach().cpu().numpy()

    def finish(self, _out: Any) -> None:
        if self.device != "cpu":
            import torch

            torch.cuda.synchronize()

    def forward(self, f: Callable[..., Any], arrays: tuple[Any, ...]) -> Callable[[], Any]:
        f = self.compiled(f)
        return lambda: f(*arrays)

    def both(self, f: Callable[..., Any], arrays: tuple[Any, ...], wrt: int) -> Callable[[], Any]:
        leaves = [each.detach().requires_grad_() for each in arrays[:wrt]]
        given, f = (*leaves, *arrays[wrt:]), self.compiled(f)

        def run() -> Any:
            for leaf in leaves:
                leaf.grad = None
            loss = f(*given)
            loss.backward()
            return loss, [leaf.grad for leaf in leaves]

        return run

    def compiled(self, f: Callable[..., Any]) -> Callable[..., Any]:
        if self.mode == "eager":
            return f
        import torch

        from array_losses.compiled import Compiled

        torch.compiler.reset()
        if isinstance(f, Compiled):
            return f
        return torch.compile(lambda *arrays: f(*arrays))  # a function of its own: no cache is shared


class Jax(Library):
    """`jax.value_and_grad`, as it is or under `jax.jit`."""

    name = "jax"
    modes = ("eager", "jit")

    def array(self, a: np.ndarray) -> Any:
        import jax

        return jax.device_put(jax.numpy.asarray(a), jax.devices("cpu" if self.device == "cpu" else "gpu")[0])

    def finish(self, out: Any) -> None:
        import jax

        jax.block_until_ready(out)

    def forward(self, f: Callable[..., Any], arrays: tuple[Any, ...]) -> Callable[[], Any]:
        g = self.jitted(f)
        return lambda: g(*arrays)

    def both(self, f: Callable[..., Any], arrays: tuple[Any, ...], wrt: int) -> Callable[[], Any]:
        import jax

        g = self.jitted(jax.value_and_grad(f, argnums=tuple(range(wrt))))
        return lambda: g(*arrays)

    def jitted(self, f: Callable[..., Any]) -> Callable[..., Any]:
        import jax

        return jax.jit(f) if self.mode == "jit" else f


LIBRARIES = {cls.name: cls for cls in (Library, CuPy, Torch, Jax)}
