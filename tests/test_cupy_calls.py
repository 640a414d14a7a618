"""What losses and the tape ask of CuPy's namespace and arrays is there, and is called as CuPy takes it; without a GPU.

The calls are recorded on array-api-strict and bound to the signatures of `cupy_namespace.pyi`, which
`python .ci/cupy_stub.py` writes where CuPy is installed. What a call gives there, only a GPU can tell.
"""

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import array_api_strict as strict
import numpy as np
import pytest

from array_losses.backends import BY_MODULE, namespace
from array_losses.backends.base import Backend
from conformance.backends.strict import Strictest
from conformance.case import cases, reductions
from conformance.check import drawn, few, telling
from conformance.derivatives import argnums

STUB = Path(__file__).with_name("cupy_namespace.pyi")
ARRAY = type(strict.asarray(0.0))


class Call(NamedTuple):
    """A name that was asked for, and how it was called if it is a function."""

    name: str
    positional: int = 0
    keywords: tuple[str, ...] = ()


class Recorder:
    """A namespace that keeps what is asked of it."""

    def __init__(self, library, calls):
        self.library, self.calls, self.__name__ = library, calls, library.__name__

    def __getattr__(self, name):
        found = getattr(self.library, name)
        if not callable(found):
            self.calls.add(Call(name))
            return found

        def call(*args, **kwargs):
            self.calls.add(Call(name, len(args), tuple(sorted(kwargs))))
            return found(*args, **kwargs)

        setattr(self, name, call)
        return call


def spied(name, attribute, used):
    """An attribute of an array class that notes its name where this package asks for it."""

    def ask(self, *args, **kwargs):
        if sys._getframe(1).f_globals["__name__"].startswith("array_losses."):
            used.add(name)
        return attribute.fget(self) if isinstance(attribute, property) else attribute(self, *args, **kwargs)

    return property(ask) if isinstance(attribute, property) else ask


def record(run):
    """The calls of the namespace, and the attributes of arrays, that `run` asks array-api-strict for."""
    backend = Backend.for_array(strict.asarray(0.0))
    calls, used = set(), set()
    backend.xp, backend.native = Recorder(backend.xp, calls), {}  # CuPy's has none
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(BY_MODULE, ARRAY.__module__, backend)
        for name, attribute in vars(ARRAY).items():
            if isinstance(attribute, property) or inspect.isfunction(attribute):
                patch.setattr(ARRAY, name, spied(name, attribute, used))
        run(Strictest())
    return calls, used


def every_loss(backend):
    """Each loss with its gradients, on samples that show all its options."""
    for case in cases():
        sample = telling(case)
        options = {**sample.options, "reduction": reductions(case.loss)[0]}
        backend.call(case.loss, backend.move(sample.arrays), backend.move(options))
        for sample in few(drawn(case)):
            arrays, options, places = backend.move(sample.arrays), backend.move(sample.options), argnums(case, sample)
            if places:
                backend.gradients(case.loss, arrays, options, places)
            else:
                backend.call(case.loss, arrays, options)


def recorded():
    """What every loss asks for, and what the standard alone has, recorded in a process of their own: much is kept."""
    done = subprocess.run(
        [sys.executable, "-c", "from tests.test_cupy_calls import report; report()"],
        cwd=STUB.parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    calls, alone = (
        {Call(name, count, tuple(words)) for name, count, words in found[each]} for each in ("all", "alone")
    )
    return calls, set(found["used"]), alone


def report():
    """Print what `recorded` reads."""
    alone, _ = record(lambda backend: namespace(x := backend.array(np.ones(2))).linalg.vector_norm(x))
    calls, used = record(every_loss)
    print(json.dumps({"all": sorted(calls), "used": sorted(used), "alone": sorted(alone)}))


def stub():
    """The names of the stub, with a function for each signature."""
    names = {}
    exec(STUB.read_text(), names)
    return names


def refusal(call, cupy):
    """Why CuPy does not take a call, or why that is not known; None if it does."""
    if call.name not in cupy and call.name not in cupy["__annotations__"]:
        return f"{call}: not in CuPy's namespace"
    function = cupy.get(call.name)
    if function is None:
        return f"{call}: its signature is not known" if call.positional or call.keywords else None
    try:
        inspect.signature(function).bind(*[None] * call.positional, **dict.fromkeys(call.keywords))
    except TypeError as error:
        return f"{call}: {error}"
    return None


def test_cupy_takes_what_losses_ask_for():
    (calls, used, alone), cupy = recorded(), stub()
    assert calls > {Call("where", 3), Call("sum", 1, ("axis", "keepdims"))}
    assert used > {"__add__", "__getitem__", "shape"}
    assert not [why for call in sorted(calls) if (why := refusal(call, cupy))]
    assert not sorted(used - cupy["ndarray"].__annotations__.keys())
    assert alone == {Call("linalg")}, "what the standard alone has is refused"
    assert "not in CuPy's namespace" in refusal(*alone, cupy)


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (Call("sum", 1, ("dims",)), "unexpected keyword"),
        (Call("argsort", 1, ("kind",)), "unexpected keyword"),
        (Call("maximum", 3), "too many positional"),
        (Call("atan2", 1), "missing a required"),
        (Call("erf", 1), "not in CuPy's namespace"),
        (Call("from_dlpack", 1), "its signature is not known"),
    ],
)
def test_other_calls_are_refused(call, why):
    assert why in refusal(call, stub())
