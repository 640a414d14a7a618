"""`demo --train`: two small models, written once, trained on every library from one start; the curves must coincide."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from time import perf_counter
from typing import Any, NamedTuple

from ..autodiff.api import value_and_grad
from ..backends import namespace
from ..losses import CrossEntropyLoss, FocalLoss
from ..objects import Loss
from .libraries import LIBRARIES, Device, Found, absent, brief, devices, find

NEEDS = {"numpy": "numpy", "sklearn": "scikit-learn", "matplotlib": "matplotlib", "rich": "rich"}
"""Module -> what to install."""
PLOT = "array_losses_train.png"
STEPS, BATCH, RATE, MOMENTUM = 140, 128, 0.1, 0.9


class Model(NamedTuple):
    """Dense layers with tanh between them, and the loss they are trained with."""

    name: str
    sizes: tuple[int, ...]
    loss: Loss

    @property
    def title(self) -> str:
        return f"{self.name}, {'-'.join(map(str, self.sizes))}"


MODELS = (
    Model("linear softmax", (64, 10), CrossEntropyLoss(label_smoothing=0.1)),
    Model("two layers, tanh", (64, 32, 10), FocalLoss(gamma=2.0)),
)


class Run(NamedTuple):
    """A model trained on one library, or why it could not be."""

    library: str
    losses: list[float]
    accuracy: float = 0.0
    seconds: float = 0.0
    trouble: str = ""


def demo_train(plot: str) -> int:
    """Train, show, draw and judge: 0 if all curves agree, 1 if not, 2 if something is missing or cannot be written."""
    missing = [name for module, name in NEEDS.items() if find_spec(module) is None]
    if missing:
        print(f'demo --train needs {", ".join(missing)}: pip install "array_losses[demo]"', file=sys.stderr)
        return 2
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # JAX would take most of a GPU for itself
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # on arrays this small, threads only wait for one another
    from .train_report import draw, judge, show

    found, results = compute()
    show(results)
    code = judge(list(absent(found)), results)
    try:
        draw(results, plot)
    except (OSError, ValueError) as error:  # no such folder, no such kind of picture
        print(f"cannot write {plot} ({brief(error)})", file=sys.stderr)
        return code or 2
    print(f"Plot: {plot}")
    return code


# --- training: the Array API only -----------------------------------------------------------------------------------


def logits(x: Any, parameters: Sequence[Any]) -> Any:
    """The scores of the classes; `parameters` are the weights and the bias of each layer in turn."""
    xp = namespace(parameters[0])
    x = xp.matmul(x, parameters[0]) + parameters[1]  # x is data, which not every library lets `@` with what is traced
    for weights, bias in zip(parameters[2::2], parameters[3::2], strict=True):
        x = xp.tanh(x) @ weights + bias
    return x


def train(
    loss: Loss, x: Any, y: Any, parameters: list[Any], fast: Callable[[Any], Any], done: Callable[[], object]
) -> tuple[list[Any], list[Any]]:
    """Gradient descent with momentum on mini-batches in a fixed order.

    Parameters
    ----------
    loss : Loss
        A loss object.
    x, y : array
        Pixels (N, 64) and labels (N,), of any library.
    parameters : list of arrays
        The start: weights and bias of each layer in turn, of the same library.
    fast : callable
        Makes a function of arrays faster, as `jax.jit` does, or returns it as it is.
    done : callable
        Called after each step.

    Returns
    -------
    tuple
        The loss at each step, and the parameters after the last.
    """

    def objective(x: Any, y: Any, *parameters: Any) -> Any:
        return loss(logits(x, parameters), y)

    both = fast(value_and_grad(objective, argnums=tuple(range(2, 2 + len(parameters)))))
    speeds, losses = [0.0 * each for each in parameters], []
    for step in range(STEPS):
        first = step % (x.shape[0] // BATCH) * BATCH
        rows = slice(first, first + BATCH)
        value, gradients = both(x[rows, ...], y[rows, ...], *parameters)
        speeds = [MOMENTUM * speed + gradient for speed, gradient in zip(speeds, gradients, strict=True)]
        parameters = [each - RATE * speed for each, speed in zip(parameters, speeds, strict=True)]
        losses.append(value)
        done()
    return losses, parameters


def accuracy(x: Any, y: Any, parameters: Sequence[Any]) -> float:
    """The share of images whose highest score is that of their label."""
    xp = namespace(x)
    return float(xp.mean(xp.astype(xp.argmax(logits(x, parameters), axis=1) == y, x.dtype)))


# --- on every library -----------------------------------------------------------------------------------------------


def compute() -> tuple[list[Found], dict[Model, list[Run]]]:
    """The libraries found, and the runs of each model, NumPy's first."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        shown = bar.add_task("libraries", total=None)
        found = [find(library) for library in LIBRARIES]
        columns = dict(devices(found))
        from .data import digits

        data = digits()
        bar.update(shown, total=len(MODELS) * len(columns) * STEPS)
        results: dict[Model, list[Run]] = {}
        for model in MODELS:
            bar.update(shown, description=model.name)
            results[model] = [run(model, *each, data, lambda: bar.advance(shown)) for each in columns.items()]
    return found, results


def run(model: Model, library: str, device: Device, data: Sequence[Any], done: Callable[[], object]) -> Run:
    """Train one model on one library."""
    try:
        with double(library) as fast:
            x, y, held_x, held_y, *parameters = map(device.place, (*data, *start(model.sizes)))
            begun = perf_counter()
            losses, parameters = train(model.loss, x, y, parameters, fast, done)
            curve = [float(each) for each in losses]  # waits for what is still being computed
            seconds = perf_counter() - begun
            return Run(library, curve, accuracy(held_x, held_y, parameters), seconds)
    except Exception as error:
        return Run(library, [], trouble=brief(error))


def start(sizes: tuple[int, ...]) -> list[Any]:
    """Random weights and zero biases, the same for every library."""
    import numpy as np

    rng = np.random.default_rng(0)
    return [each for m, n in pairwise(sizes) for each in (rng.standard_normal((m, n)) / m**0.5, np.zeros(n))]


@contextmanager
def double(library: str) -> Iterator[Callable[[Any], Any]]:
    """A context in which float64 is float64 on JAX too; entering it gives what makes a function faster there."""
    if not library.startswith("jax"):
        yield lambda function: function
        return
    import jax

    switch: Any = jax if hasattr(jax, "enable_x64") else import_module("jax.experimental")  # older JAX
    with switch.enable_x64(True):
        yield jax.jit
