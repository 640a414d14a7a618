"""What only a device shows, of every loss: nothing waits for it, nothing is read back, bad values stay NaN.

`python .ci/device_checks.py OUT.json torch:cuda jax:gpu cupy` prints each failure and writes all; a backend of the
processor may be named too. What a backend has no means to show is written as such.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import array_losses as al  # noqa: E402
from conformance.backends import BACKENDS, Backend, BackendUnavailable, backend  # noqa: E402
from conformance.case import Case, cases  # noqa: E402
from conformance.check import telling  # noqa: E402
from conformance.transformations import floating  # noqa: E402


class NotHere(Exception):  # noqa: N818, no failure
    """The backend has no means to show it."""


def call_of(on: Backend, case: Case) -> tuple[Callable[..., Any], tuple[Any, ...], tuple[int, ...]]:
    """The mean of a loss with the options of its most telling sample, the arrays, and which to differentiate."""
    sample = telling(case)
    loss = partial(case.loss, **on.move(sample.options, "float32"))
    return loss, on.move(sample.arrays, "float32"), floating(case, sample)


def torch_step(loss: Any, arrays: tuple[Any, ...], places: tuple[int, ...]) -> tuple[Callable[[], Any], list[Any]]:
    """Forward and backward in torch, and the tensors that are differentiated."""
    import torch

    leaves = [each.detach().clone().requires_grad_(i in places) for i, each in enumerate(arrays)]
    wanted = [leaves[i] for i in places]

    def step() -> Any:
        value = loss(*leaves)
        return value.detach(), *torch.autograd.grad(value, wanted, allow_unused=True, materialize_grads=True)

    return step, wanted


# --- checks ---------------------------------------------------------------------------------------------------------


def nothing_waits(on: Backend, case: Case) -> None:
    """After the first call, which moves constants, neither value nor gradient synchronizes with the host."""
    loss, arrays, places = call_of(on, case)
    if on.name == "torch:cuda":
        import torch

        step, _ = torch_step(loss, arrays, places)
        step()
        torch.cuda.set_sync_debug_mode("error")
        try:
            step()
        finally:
            torch.cuda.set_sync_debug_mode("default")
    elif on.name.startswith("jax"):
        import jax

        both = jax.value_and_grad(loss, places)
        both(*arrays)
        with jax.transfer_guard_device_to_host("disallow"):
            both(*arrays)
    else:
        raise NotHere("nothing tells of reading back")


def captured(on: Backend, case: Case) -> None:
    """A CUDA graph of value and gradient, replayed on other numbers, gives theirs."""
    if on.name != "torch:cuda":
        raise NotHere("no graphs of kernels")
    import torch

    loss, arrays, places = call_of(on, case)
    (step, leaves), side = torch_step(loss, arrays, places), torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        found = step()
    with torch.no_grad():
        leaves[0].copy_(leaves[0].flip(0))
    graph.replay()
    torch.testing.assert_close(found, step(), equal_nan=True)


def gradient_is_that_of_the_processor(on: Backend, case: Case) -> None:
    """Value and gradients by the backend's engine, against NumPy's in float64."""
    sample = telling(case)
    loss, arrays, places = call_of(on, case)
    value, gradients = on.gradients(loss, arrays, {}, places)
    exact = partial(case.loss, **sample.options)
    wanted, slopes = al.value_and_grad(exact, places)(*sample.arrays)
    for found, right in zip((value, *gradients), (wanted, *slopes), strict=True):
        size = float(np.max(np.abs(right), initial=0.0))
        np.testing.assert_allclose(on.numpy(found), right, rtol=2e-4, atol=2e-5 * max(size, 1e-3))


def stays_in_half_precision(on: Backend, case: Case) -> None:
    """bfloat16, or float16, in: a float32 loss and gradients in the input's dtype come out, on the device."""
    if not on.halves:
        raise NotHere("no half precision")
    dtype, sample = on.halves[-1], telling(case)
    arrays, options = on.move(sample.arrays, dtype), on.move(sample.options, dtype)
    value, gradients = on.gradients(partial(case.loss, **options), arrays, {}, floating(case, sample)[:1])
    assert on.dtype(value) == "float32", on.dtype(value)
    assert on.dtype(gradients[0]) == dtype, on.dtype(gradients[0])
    assert not on.misplaced(gradients[0]), on.misplaced(gradients[0])


CHECKS = (nothing_waits, captured, gradient_is_that_of_the_processor, stays_in_half_precision)


def bad_label(on: Backend) -> None:
    """A label out of range on a device is NaN in the value, and the device goes on."""
    if on.device == "cpu":
        raise NotHere("values are looked at, or compiled")
    z, ids = on.move((np.zeros((2, 3)), np.array([0, 7])), "float32")
    assert np.isnan(on.numpy(al.cross_entropy(z, ids, reduction="none"))).tolist() == [False, True]
    _, (slope,) = on.gradients(al.cross_entropy, (z, ids), {}, (0,))
    assert np.isnan(on.numpy(slope)[1]).all()
    assert float(on.numpy(al.mse_loss(z, z))) == 0.0


def host_data_is_welcome(on: Backend) -> None:
    """NumPy arrays and lists beside a device array are placed on its device."""
    z, ids = np.array([[0.5, -1.0], [2.0, 0.0]], np.float32), np.array([0, 1])
    (there,) = on.move((z,), "float32")
    for labels in (ids, ids.tolist()):
        found = al.cross_entropy(there, labels, weight=[1.0, 2.0])
        assert not on.misplaced(found), on.misplaced(found)
        np.testing.assert_allclose(on.numpy(found), al.cross_entropy(z, ids, weight=[1.0, 2.0]), rtol=1e-6)


ONCE = (bad_label, host_data_is_welcome)

# --- all of them ----------------------------------------------------------------------------------------------------


def outcome(check: Callable[..., None], *given: Any) -> str:
    """Empty for a check that holds, else what is wrong, or why it cannot be shown."""
    try:
        check(*given)
    except NotHere as reason:
        return f"not here: {reason}"
    except Exception as error:
        return f"{type(error).__name__}: {error}\n{traceback.format_exc(limit=-3)}"
    return ""


def outcomes(name: str, losses: list[str]) -> Iterator[dict[str, str]]:
    """Every check on one backend, of these losses or of all."""
    try:
        on = backend(name)
    except BackendUnavailable as reason:
        yield {"backend": name, "check": "there", "loss": "", "wrong": str(reason)}
        return
    for check in ONCE:
        yield {"backend": name, "check": check.__name__, "loss": "", "wrong": outcome(check, on)}
    for case in (each for each in cases() if not losses or each.name in losses):
        for each in CHECKS:
            yield {"backend": name, "check": each.__name__, "loss": case.name, "wrong": outcome(each, on, case)}


def main(words: list[str]) -> int:
    """Write all outcomes; 1 where one is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("backends", nargs="+", choices=tuple(BACKENDS))
    parser.add_argument("--losses", type=lambda text: text.split(","), default=[], metavar="A,B,...")
    asked = parser.parse_args(words)
    found = [each for name in asked.backends for each in outcomes(name, asked.losses)]
    asked.out.write_text(json.dumps(found, indent=1) + "\n")
    wrong = [each for each in found if each["wrong"] and not each["wrong"].startswith("not here")]
    for each in wrong:
        print(f"{each['backend']}, {each['check']}, {each['loss']}: {each['wrong']}")
    print(f"{len(found)} checks, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
