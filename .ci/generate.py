"""Write what follows from the loss files and from committed reports: the exports of `array_losses.losses`, and the
README's tables of losses, of backends and of speed; the extra `test` from the dependency groups; the page of the losses
of other projects, the table of traffic; the names of losses elsewhere, and the defaults behind fingerprints.

`python .ci/generate.py` writes, with `--check` it fails where something is stale; `--quick` leaves out what takes long,
the table of traffic, whose bytes are counted, and the page of the losses of other projects, which are called.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOSSES = ROOT / "array_losses" / "losses"
README = ROOT / "README.md"
PROJECT = ROOT / "pyproject.toml"
REPORTS = ROOT / "conformance" / "reports"
RESULTS = ROOT / "benchmarks" / "results"
TRAFFIC = RESULTS / "traffic.txt"
OTHER_NAMES = ROOT / "array_losses" / "other_names.py"
DEFINITIONS = ROOT / "tests" / "definitions.json"
EQUALITIES = ROOT / "docs" / "equalities.md"

EXPORTS = '''"""Every loss, loaded on first use. Written by `python .ci/generate.py`, with a stub for type checkers."""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:  # where an editor that has read the stub finds docstrings and sources
{imports}

NAMES = {{
{table}}}

__getattr__, __dir__ = attach(__name__, NAMES)
__all__ = sorted(name for names in NAMES.values() for name in names)
'''


@cache
def exported() -> dict[str, list[str]]:
    """The names of each module of `losses/`: its loss, the class, and what it lists in `__all__`."""
    from array_losses.objects import Loss

    modules = {}
    for path in sorted(LOSSES.glob("*/*.py")):
        if path.stem == "__init__":
            continue
        module = importlib.import_module(f"array_losses.losses.{path.parent.name}.{path.stem}")
        found = set(getattr(module, "__all__", ()))
        for name, value in vars(module).items():
            is_class = isinstance(value, type) and issubclass(value, Loss) and value is not Loss
            public = name[0] != "_" and (hasattr(value, "family") or is_class)
            if public and value.__module__ == module.__name__:
                found.add(name)
        if found:
            modules[f"{path.parent.name}.{path.stem}"] = sorted(found, key=lambda name: (name.islower(), name))
    return modules


def exports() -> str:
    """The source of `losses/__init__.py`."""
    quoted = {module: ", ".join(f'"{name}"' for name in names) for module, names in exported().items()}
    return EXPORTS.format(
        table="".join(f'    "{module}": [{names}],\n' for module, names in quoted.items()),
        imports="".join(f"    from .{module} import {', '.join(names)}\n" for module, names in exported().items()),
    )


def stub() -> str:
    """Its stub."""
    from stub import stub

    from array_losses import catalog
    from array_losses.families.composite import Composite

    losses = {record.name: record.function.family for record in catalog()}
    composites = {name for name, family in losses.items() if isinstance(family, Composite)}
    return stub(exported(), composites, losses, LOSSES)


def table() -> str:
    """The README's table of losses."""
    from array_losses import catalog

    rows = ["| loss | class | tasks | torch | |", "|---|---|---|---|---|"]
    for record in catalog():
        torch = f"`F.{record.torch}`" if record.torch else ""
        tasks = ", ".join(record.tasks)
        rows.append(f"| `{record.name}` | `{record.cls.__name__}` | {tasks} | {torch} | {record.summary} |")
    return "\n".join(rows)


def support() -> str:
    """The README's table of backends, from the reports of the conformance suite."""
    from conformance.report import support_table

    return support_table(*(json.loads(path.read_text()) for path in sorted(REPORTS.glob("*/summary.json"))))


def speed() -> str:
    """The README's tables of speed, from the results of the benchmarks, one machine after the other."""
    from benchmarks.report import read, table

    return "\n\n".join(table(read(path)) for path in sorted(RESULTS.glob("*/summary.json")))


def readme() -> str:
    text = README.read_text()
    for name, make in (("losses", table), ("backends", support), ("speed", speed)):
        start, end = f"<!-- {name}: generated -->", f"<!-- end of {name} -->"
        head, _, rest = text.partition(start)
        _, _, tail = rest.partition(end)
        text = f"{head}{start}\n{make()}\n{end}{tail}"
    return text


def project() -> str:
    """`pyproject.toml` with the extra `test`, for a pip that knows no dependency groups, which came with 25.1."""
    text = PROJECT.read_text()
    groups = tomllib.loads(text)["dependency-groups"]

    def packages(group: str) -> set[str]:
        included = [packages(each["include-group"]) for each in groups[group] if not isinstance(each, str)]
        return {each for each in groups[group] if isinstance(each, str)}.union(*included)

    lines = "".join(f'    "{each}",\n' for each in sorted(packages("test") | packages("lint") | packages("types")))
    return re.sub(r"(: generated\n).*?(?=\] # end of generated)", lambda start: start[1] + lines, text, flags=re.DOTALL)


def traffic() -> str:
    """The table of the bytes that operators move; as it is where there is no torch to count them."""
    if find_spec("torch") is None:
        return TRAFFIC.read_text()
    from benchmarks.traffic import report

    return report() + "\n"


def equalities() -> str:
    """The page of the losses of other projects; as it is for one that is not installed."""
    from equalities import page

    return page(EQUALITIES.read_text())


def other_names() -> str:
    """The table of names by which losses are known elsewhere."""
    from equalities import other_names

    return other_names()


def definitions() -> str:
    """The version of each loss's formula, and the defaults it stands for: another default is a new version."""
    from array_losses import catalog
    from array_losses.fixed_options import lists

    known = json.loads(DEFINITIONS.read_text()) if DEFINITIONS.exists() else {}
    made = {}
    for record in catalog():
        name, defaults = record.cls.__name__, {key: lists(value) for key, value in record.cls().options.items()}
        before = known.get(name, {"version": 0, "defaults": {}})
        changed = [key for key, value in before["defaults"].items() if defaults.get(key, ...) != value]
        if record.version < before["version"] or (changed and record.version == before["version"]):
            raise ValueError(
                f"{name}: other defaults ({', '.join(changed)}) are a new version of its formula: raise it"
            )
        made[name] = {"version": record.version, "defaults": defaults}
    lines = [f"  {json.dumps(name)}: {json.dumps(each)}" for name, each in sorted(made.items())]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(check: bool, quick: bool) -> int:
    """Write or check; 1 where something is stale. `quick` leaves out what takes long."""
    stale = 0
    made = {
        LOSSES / "__init__.py": exports,
        LOSSES / "__init__.pyi": stub,
        README: readme,
        PROJECT: project,
        TRAFFIC: traffic,
        EQUALITIES: equalities,
        DEFINITIONS: definitions,
        OTHER_NAMES: other_names,
    }
    for path, make in made.items():
        if quick and path in (TRAFFIC, EQUALITIES):
            continue
        text = make()
        if path.exists() and path.read_text() == text:
            continue
        stale = 1
        print(f"{'stale' if check else 'written'}: {path.relative_to(ROOT)}")
        if check:
            continue
        path.write_text(text)
        for name in [name for name in sys.modules if name.startswith("array_losses")]:
            del sys.modules[name]  # what follows reads the new exports
    return stale if check else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main("--check" in sys.argv, "--quick" in sys.argv))
