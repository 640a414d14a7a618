"""The page `docs/equalities.md`: the losses of other projects in our words, evaluated from `docs/equalities.toml`."""

from __future__ import annotations

import json
import re
import tomllib
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

import array_losses as al
from array_losses.lazy import plain
from conformance.oracles import ORACLES, oracle

DOCS = Path(__file__).resolve().parent.parent / "docs"
LIMIT = 1e-12
"""How far apart, relative to the larger of 1 and the number, equal results may be; a project may have its own."""


def peers() -> dict[str, dict[str, Any]]:
    """The other projects: the modules that calls name, pairs of calls, theirs and ours, and what has no call here."""
    return tomllib.loads((DOCS / "equalities.toml").read_text())


@cache
def arrays() -> dict[str, np.ndarray]:
    """The arrays of the calls, by name."""
    rng = np.random.default_rng(3)
    ids, signs = np.array([0, 2, 4, 1, 3, 2]), np.where(rng.uniform(size=(6, 5)) > 0.5, 1.0, -1.0)
    found = {name: rng.normal(size=(6, 5)) for name in "xyz"}
    found |= {name: rng.normal(size=(6, 8)) for name in "abc"}
    found |= {"w": rng.uniform(0.5, 2, (6, 5)), "p": rng.uniform(0.05, 0.95, (6, 5))}
    found |= {name: rng.dirichlet(np.ones(5), 6) for name in ("probs", "soft")}
    found |= boxes()
    return found | {
        "bits": (signs + 1) / 2,
        "signs": signs,
        "sign": signs[:, 0],
        "counts": rng.poisson(3, (6, 5)).astype(np.float64),
        "ids": ids,
        "one_hot": np.eye(5)[ids],
        "log_probs": np.log(rng.dirichlet(np.ones(5), 6)),
        "listed": np.array([[0, 3, -1, 1, 2], [4, -1, 0, 0, 0], [1, 2, 3, -1, 0]] * 2),
        "labels": np.array([0, 0, 1, 1, 2, 2]),
        "head": rng.normal(size=(5, 8)),
        "frames": np.log(rng.dirichlet(np.ones(5), (9, 2))),
        "words": np.array([[1, 2, 2, 4], [3, 1, 0, 0]]),
        "padding": np.array([[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]),
        "lengths": np.array([9, 9]),
        "sizes": np.array([4, 2]),
        "maps": rng.normal(size=(2, 3, 4, 4)),
        "regions": np.eye(3)[rng.integers(0, 3, (2, 4, 4))].transpose(0, 3, 1, 2),
        "mask": (np.arange(32).reshape(2, 1, 4, 4) % 3 > 0).astype(np.float64),
    }


def boxes() -> dict[str, np.ndarray]:
    """Pairs of boxes, left, top, right, bottom."""
    rng = np.random.default_rng(4)
    low = rng.uniform(0, 5, (2, 6, 2))
    return dict(zip(("boxes", "truth"), np.concatenate([low, low + rng.uniform(1, 4, (2, 6, 2))], -1), strict=True))


def placed(key: str) -> dict[str, Any]:
    """The arrays as a project's functions take them."""
    make: Callable[[str], Any] = import_module
    into = dict.fromkeys(("torch", "monai", "torchvision"), lambda x: make("torch").tensor(x))
    into["optax"] = lambda x: make("jax.numpy").asarray(x)
    return {name: into.get(key, np.asarray)(each) for name, each in arrays().items()}


def public(key: str) -> set[str]:
    """The names of all losses of a project."""
    if key == "torch":
        found = dir(import_module("torch.nn.functional"))
        return {name for name in found if "loss" in name or "entropy" in name or name == "kl_div"}
    if key == "optax":
        return {name for name in dir(import_module("optax.losses")) if name[0] != "_"}
    if key == "monai":
        return {name for name in dir(import_module("monai.losses")) if name.endswith("Loss")}
    if key == "torchvision":  # what `conformance/oracles` has of it
        return {name for name in dir(import_module("conformance.oracles.torchvision")) if name.endswith("iou_loss")}
    return {name for name in dir(import_module("keras.losses")) if name[0].isupper()} - {"Loss"}


def unnamed(key: str, peer: dict[str, Any]) -> set[str]:
    """The losses of a project that are in no pair, and have no reason."""
    return {
        name for name in public(key) - set(peer["without"]) if not any(f".{name}(" in each for each in peer["pairs"])
    }


def difference(theirs: str, ours: str, names: dict[str, Any], limit: float) -> float:
    """How far apart two calls are, relative to the larger of 1 and the number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the project's own
        wanted, found = (np.asarray(eval(each, names), dtype=np.float64) for each in (theirs, ours))
    if found.shape != wanted.shape:
        raise ValueError(f"{theirs} has shape {wanted.shape}, {ours} {found.shape}")
    off = float(np.max(np.abs(found - wanted) / np.maximum(1, np.abs(wanted))))
    if not off <= limit:
        raise ValueError(f"{theirs} is {wanted}, {ours} {found}")
    return off


def other_names() -> str:
    """The source of `array_losses/other_names.py`: what is known elsewhere by a name that is none here."""
    found: dict[str, list[str]] = {}
    for peer in peers().values():
        called = re.compile(rf"\b(?:{'|'.join([*peer['modules'], 'losses'])})\.(?:losses\.)?(\w+)\(")
        for theirs, ours in peer["pairs"].items():
            found.setdefault(plain(called.search(theirs)[1]), []).append(f"`{theirs}` is `{ours}`")
        for name, reason in peer["without"].items():
            left = "" if "`al." in reason else "'s, which is left out"
            found.setdefault(plain(name), []).append(f"{peer['name']}{left}: {reason}")
    for project, names in tomllib.loads((DOCS / "names.toml").read_text()).items():
        for name, ours in names.items():
            found.setdefault(plain(name), []).append(f"nearest to `{name}` of {project} is `{ours}`")
    known = {plain(name) for name in al.__all__}
    lines = [
        f"    {quoted(key)}: {quoted('; '.join(each))},\n" for key, each in sorted(found.items()) if key not in known
    ]
    return NAMES.format("".join(lines))


def quoted(text: str) -> str:
    """A text as the formatter quotes it."""
    return repr(text) if '"' in text and "'" not in text else json.dumps(text)


NAMES = '''"""What other projects call their losses, and our calls. Written by `python .ci/generate.py`.

The keys are without capitals, underscores and a last "loss".
"""

NAMES: dict[str, str] = {{
{}}}
'''

HEAD = """# The losses of other projects, and ours

Written by `python .ci/generate.py` from `equalities.toml`. Every pair of calls is made, in float64 on the same arrays;
the difference is the largest, relative to the larger of 1 and the number. What has no call of ours stands below, with
the reason.
"""


def installed(peer: dict[str, Any]) -> bool:
    """Whether a project is there to be called."""
    return find_spec(peer["package"] if "package" in peer else ORACLES[peer["oracle"]][1]) is not None


def asked(peer: dict[str, Any]) -> tuple[str, AbstractContextManager[Any]]:
    """The version of a project, and where its numbers are of 64 bits."""
    if "package" in peer:
        return version(peer["package"]), nullcontext()
    found = oracle(peer["oracle"])
    return found.version().partition("+")[0], found.context()


def page(before: str) -> str:
    """The page, every pair of which was evaluated; of a project that is not installed, what stood there before."""
    parts = [HEAD]
    for key, peer in peers().items():
        if installed(peer):
            parts.append(section(key, peer))
        else:
            parts += [f"## {each}" for each in before.split("\n## ") if each.startswith(f"{peer['name']} ")]
    return "\n".join(each.rstrip() + "\n" for each in parts)


def section(key: str, peer: dict[str, Any]) -> str:
    """What is said of one project."""
    said, context = asked(peer)  # before anything else of the project: it sets how that computes
    missing = unnamed(key, peer)
    if missing:
        raise ValueError(f"{peer['name']} has {', '.join(sorted(missing))}; docs/equalities.toml says nothing of it")
    lines = [f"## {peer['name']} {said}\n", "| theirs | ours | difference |\n|---|---|---|"]
    with context:
        names = {name: import_module(path) for name, path in peer["modules"].items()}
        names |= {"al": al, "np": np, **placed(key)}
        for theirs, ours in peer["pairs"].items():
            off = difference(theirs, ours, names, peer.get("limit", LIMIT))
            lines.append(f"| `{theirs}` | `{ours}` | {rounded(off)} |")
    return "\n".join([*lines, "", *[f"* `{name}`: {reason}." for name, reason in peer["without"].items()]])


def rounded(difference: float) -> str:
    """A difference as a bound that does not change with the processor."""
    return next(f"< {bound:.0e}" for bound in (1e-14, 1e-12, 1e-6) if difference <= bound)
