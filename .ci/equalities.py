"""The page `docs/equalities.md`: the losses of other projects in our words, evaluated from `docs/equalities.toml`."""

from __future__ import annotations

import json
import re
import tomllib
import warnings
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

import array_losses as al
from array_losses.lazy import plain
from conformance.oracles import oracle

DOCS = Path(__file__).resolve().parent.parent / "docs"
LIMIT = 1e-12
"""How far apart, relative to the larger of 1 and the number, equal results in float64 may be."""


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
    }


def placed(key: str) -> dict[str, Any]:
    """The arrays as a project's functions take them."""
    make: Callable[[str], Any] = import_module
    into = {"torch": lambda x: make("torch").tensor(x), "optax": lambda x: make("jax.numpy").asarray(x)}
    return {name: into.get(key, np.asarray)(each) for name, each in arrays().items()}


def public(key: str) -> set[str]:
    """The names of all losses of a project."""
    if key == "torch":
        found = dir(import_module("torch.nn.functional"))
        return {name for name in found if "loss" in name or "entropy" in name or name == "kl_div"}
    if key == "optax":
        return {name for name in dir(import_module("optax.losses")) if name[0] != "_"}
    return {name for name in dir(import_module("keras.losses")) if name[0].isupper()} - {"Loss"}


def unnamed(key: str, peer: dict[str, Any]) -> set[str]:
    """The losses of a project that are in no pair, and have no reason."""
    return {
        name for name in public(key) - set(peer["without"]) if not any(f".{name}(" in each for each in peer["pairs"])
    }


def difference(theirs: str, ours: str, names: dict[str, Any]) -> float:
    """How far apart two calls are, relative to the larger of 1 and the number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the project's own
        wanted, found = (np.asarray(eval(each, names), dtype=np.float64) for each in (theirs, ours))
    if found.shape != wanted.shape:
        raise ValueError(f"{theirs} has shape {wanted.shape}, {ours} {found.shape}")
    off = float(np.max(np.abs(found - wanted) / np.maximum(1, np.abs(wanted))))
    if not off <= LIMIT:
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
            found.setdefault(plain(name), []).append(f"{peer['name']}: {reason}")
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


def page() -> str:
    """The page, every pair of which was evaluated."""
    parts = [HEAD]
    for key, peer in peers().items():
        asked = oracle(peer["oracle"])  # before anything else of the project: it sets how that computes
        missing = unnamed(key, peer)
        if missing:
            raise ValueError(
                f"{peer['name']} has {', '.join(sorted(missing))}; docs/equalities.toml says nothing of it"
            )
        parts += [
            f"## {peer['name']} {asked.version().partition('+')[0]}\n",
            "| theirs | ours | difference |\n|---|---|---|",
        ]
        with asked.context():
            names = {name: import_module(path) for name, path in peer["modules"].items()}
            names |= {"al": al, "np": np, **placed(key)}
            for theirs, ours in peer["pairs"].items():
                parts.append(f"| `{theirs}` | `{ours}` | {rounded(difference(theirs, ours, names))} |")
        parts += ["", *[f"* `{name}`: {reason}." for name, reason in peer["without"].items()], ""]
    return "\n".join(parts).rstrip() + "\n"


def rounded(difference: float) -> str:
    """A difference as a bound that does not change with the processor."""
    return "< 1e-14" if difference < 1e-14 else "< 1e-12"
