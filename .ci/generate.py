"""Write what follows from the loss files and from committed reports: the re-exports of `array_losses.losses`, and the
README's tables of losses, of backends and of speed.

`python .ci/generate.py` writes, `python .ci/generate.py --check` fails where something is stale.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOSSES = ROOT / "array_losses" / "losses"
README = ROOT / "README.md"
REPORTS = ROOT / "conformance" / "reports"
RESULTS = ROOT / "benchmarks" / "results"


def exports() -> str:
    """The source of `losses/__init__.py`: every loss, its class, and what a file lists in `__all__`."""
    from array_losses.objects import Loss

    lines, names = [], []
    for path in sorted(LOSSES.glob("*/*.py")):
        if path.stem == "__init__":
            continue
        module = importlib.import_module(f"array_losses.losses.{path.parent.name}.{path.stem}")
        found = set(getattr(module, "__all__", ()))
        for name, value in vars(module).items():
            is_class = isinstance(value, type) and issubclass(value, Loss) and value is not Loss
            if (hasattr(value, "family") or is_class) and value.__module__ == module.__name__:
                found.add(name)
        ordered = sorted(found, key=lambda name: (name.islower(), name))
        names += ordered
        lines.append(f"from .{path.parent.name}.{path.stem} import {', '.join(ordered)}")
    listed = "".join(f'    "{name}",\n' for name in sorted(names))
    doc = '"""Every loss. Written by `python .ci/generate.py`."""\n\n'
    return doc + "\n".join(lines) + f"\n\n__all__ = [\n{listed}]\n"


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


def main(check: bool) -> int:
    """Write or check; 1 where something is stale."""
    stale = 0
    for path, make in ((LOSSES / "__init__.py", exports), (README, readme)):
        text = make()
        if path.read_text() == text:
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
    sys.exit(main("--check" in sys.argv))
