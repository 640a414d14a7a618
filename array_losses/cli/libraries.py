"""The libraries that the commands know: the one place where they are told apart by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple


class Device(NamedTuple):
    """A device that a library computes on."""

    kind: str
    """The kind of device, one of those of its library."""
    name: str
    place: Callable[[Any], Any]
    """A NumPy array as an array of the library, on this device."""


def numpy_devices() -> list[Device]:
    return [Device("cpu", "cpu", lambda array: array)]


def torch_devices() -> list[Device]:
    import torch

    def at(index: int) -> Device:
        name = f"cuda:{index}"
        torch.ones(1, device=name).add(1)  # a device may be listed, and not supported by this build
        return Device("cuda", f"{name} {torch.cuda.get_device_name(index)}", lambda a: torch.from_numpy(a).to(name))

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    devices = [Device("cpu", "cpu", torch.from_numpy)]
    with suppress(Exception):  # a GPU that does not work takes nothing from the CPU
        devices += usable(at, count)
    return devices


def jax_devices() -> list[Device]:
    import jax

    def at(device: Any) -> Device:
        kind = {"cuda": "gpu", "rocm": "gpu"}.get(device.platform, device.platform)
        name = kind if kind == "cpu" else f"{kind}:{device.id} {device.device_kind}"
        return Device(kind, name, lambda array: jax.device_put(array, device))

    own, host = jax.devices(), []
    if own[0].platform != "cpu":
        with suppress(RuntimeError):  # the user has switched the CPU off
            host = jax.devices("cpu")
    return [at(device) for device in (*host, *own)]


def cupy_devices() -> list[Device]:
    import cupy

    def at(index: int) -> Device:
        def place(array: Any) -> Any:
            with cupy.cuda.Device(index):
                return cupy.asarray(array)

        properties = cupy.cuda.runtime.getDeviceProperties(index)
        with cupy.cuda.Device(index):
            (cupy.ones(1) + 1).get()  # compiles a kernel, which needs more than a device
        return Device("cuda", f"cuda:{index} {properties['name'].decode()}", place)

    return usable(at, cupy.cuda.runtime.getDeviceCount())


def strict_devices() -> list[Device]:
    import array_api_strict

    return [Device("cpu", "cpu", array_api_strict.asarray)]


def usable(at: Callable[[int], Device], count: int) -> list[Device]:
    """Those of `count` devices on which something can be computed; the first one's error if there are none."""
    found, errors = [], []
    for index in range(count):
        try:
            found.append(at(index))
        except Exception as error:
            errors.append(error)
    if errors and not found:
        raise errors[0]
    return found


class Library(NamedTuple):
    """A library, how to get it, and its devices."""

    module: str
    install: str
    devices: Callable[[], list[Device]]
    kinds: tuple[str, ...]
    """The kinds of devices that `demo` computes on."""


LIBRARIES = (
    Library("numpy", '"array_losses[numpy]"', numpy_devices, ("cpu",)),
    Library("torch", '"array_losses[torch]"', torch_devices, ("cpu", "cuda")),
    Library("jax", '"array_losses[jax]"', jax_devices, ("cpu", "gpu")),
    Library("array_api_strict", "array-api-strict", strict_devices, ("cpu",)),
    Library("cupy", '"array_losses[cuda13x]", or cuda12x, with an NVIDIA GPU', cupy_devices, ("cuda",)),
    Library("dask", '"array_losses[dask]"', list, ()),
)


class Found(NamedTuple):
    """A library as found on this machine: version and devices, or the trouble with it."""

    library: Library
    version: str | None
    devices: list[Device]
    trouble: str
    """Why it cannot be used, in a few words."""


def find(library: Library) -> Found:
    """Import a library and ask for its devices; nothing that goes wrong on the way is an error here."""
    if find_spec(library.module) is None:
        return Found(library, None, [], "not installed")
    try:
        version = str(import_module(library.module).__version__)
    except Exception as error:
        return Found(library, None, [], f"installed, cannot be imported ({brief(error)})")
    try:
        devices = library.devices()
    except Exception as error:
        return Found(library, version, [], f"installed, {no_device(library)} ({brief(error)})")
    trouble = f"installed, {no_device(library)}" if library.kinds and not devices else ""
    return Found(library, version, devices, trouble)


def no_device(library: Library) -> str:
    return "no usable device" if "cpu" in library.kinds else "no usable GPU"


def brief(error: Exception) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def devices(found: list[Found]) -> Iterator[tuple[str, Device]]:
    """The first device of each kind of each library, by the title of its column."""
    for each in found:
        for kind in each.library.kinds:
            devices = [device for device in each.devices if device.kind == kind]
            yield from ((title(each, kind), device) for device in devices[:1])


def title(found: Found, kind: str) -> str:
    """The library, and the kind of device where it is not the usual one."""
    module, kinds = found.library.module, found.library.kinds
    return module if kind == kinds[0] else f"{module} {kind}"


def absent(found: list[Found]) -> Iterator[str]:
    """The libraries that were not tested, and why."""
    for each in found:
        if each.version is None and each.library.kinds:
            how = f" (pip install {each.library.install})" if each.trouble == "not installed" else ""
            yield f"{each.library.module}: {each.trouble}, not tested{how}"
            continue
        for kind in each.library.kinds:
            if all(device.kind != kind for device in each.devices):
                yield f"{title(each, kind)}: no usable {'CPU' if kind == 'cpu' else 'GPU'}, not tested"
