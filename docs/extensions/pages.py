"""The pages that follow from docstrings and records, written before Sphinx reads: a page for each loss, tables by task,
tables of what the losses of other projects are here, and `llms.txt`. Git ignores them.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import lists
from pictures import FOLDER as PICTURES
from sphinx.application import Sphinx

import array_losses as al
from array_losses.catalog import TASKS, Record

DOCS = Path(__file__).resolve().parent.parent
ROOT = DOCS.parent
MODULE = ".. currentmodule:: array_losses\n"
ABOVE_PICTURES = """\
Value, gradient and curvature of each loss with its defaults, for one sample; a loss of several tasks stands with the
first. :func:`plot` draws them with other options, and several on top of each other.
"""


def title(text: str, line: str = "=") -> str:
    return f"{text}\n{line * len(text)}\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]], widths: str) -> str:
    """A table whose cells are reStructuredText; nothing for no rows."""
    cells = [["   * - " + "\n     - ".join(row)] for row in ([*head], *map(list, rows))]
    if len(cells) == 1:
        return ""
    start = f".. list-table::\n   :header-rows: 1\n   :class: narrow\n   :widths: {widths}\n\n"
    return start + "\n".join(line for row in cells for line in row) + "\n"


# --- what is known of losses ----------------------------------------------------------------------------------------


def use(record: Record) -> str:
    """What a loss is for: the second paragraph of its docstring, on one line."""
    paragraph = (record.function.__doc__ or "").split("\n\n")[1]
    if paragraph.lstrip().startswith(".."):
        raise ValueError(f"{record.name}: the second paragraph of the docstring does not say what the loss is for")
    return " ".join(paragraph.split())


def peers() -> dict[str, dict[str, Any]]:
    """What `equalities.toml` says of each other project."""
    return tomllib.loads((DOCS / "equalities.toml").read_text())


def elsewhere(name: str) -> list[tuple[str, str, str]]:
    """The calls of other projects that equal calls of one loss: project, theirs, ours."""
    return [
        (peer["name"], f"``{theirs}``", f"``{ours}``")
        for peer in peers().values()
        for theirs, ours in peer["pairs"].items()
        if f"al.{name}(" in ours
    ]


# --- pages ----------------------------------------------------------------------------------------------------------


def loss_page(record: Record) -> str:
    """The page of one loss: its function and class, its picture, its calls elsewhere."""
    tasks = ", ".join(f":doc:`{task}`" for task in record.tasks)
    torch = f" In PyTorch: ``torch.nn.functional.{record.torch}``." if record.torch else ""
    parts = [":orphan:\n", title(record.name), MODULE, f"For {tasks}.{torch}\n", f".. autofunction:: {record.name}\n"]
    if (PICTURES / f"{record.name}.svg").exists():
        parts.append(picture(record.name))
    parts += [title("As an object", "-"), f".. autoclass:: {record.cls.__name__}\n"]
    equal = table(("project", "there", "here"), elsewhere(record.name), "14 43 43")
    return "\n".join([*parts, *([title("Elsewhere", "-"), equal] if equal else [])])


def picture(name: str) -> str:
    return f".. figure:: /generated/pictures/{name}.svg\n   :figclass: curves\n   :alt: Curves of {name}\n"


def gallery() -> str:
    """All pictures that there are; nothing where there are none."""
    shown = [record for record in al.catalog() if (PICTURES / f"{record.name}.svg").exists()]
    parts = [title("Gallery"), MODULE, ABOVE_PICTURES]
    for task in TASKS:
        names = [record.name for record in shown if record.tasks[0] == task]
        parts += [title(task.capitalize(), "-")] * bool(names)
        parts += [f"{picture(name)}\n   :func:`{name}`\n" for name in names]
    return "\n".join(parts) if shown else ""


def reference_index(below: list[str]) -> str:
    """All losses in one table, above the pages of the tasks and of the rest."""
    rows = [(f":func:`{each.name}`", f":class:`{each.cls.__name__}`", each.summary) for each in al.catalog()]
    losses = table(("function", "class", ""), rows, "25 25 50")
    return "\n".join([title("Reference"), MODULE, ".. toctree::", "", *(f"   {name}" for name in below), "", losses])


def task_page(task: str) -> str:
    """The losses of a task, and the functions that stand beside them.

    Losses are in no toctree: a sidebar that lists all of them on every page takes a third of the time to build.
    """
    parts = [title(task.capitalize()), MODULE, f".. include:: /generated/parts/{task}.rst\n"]
    parts += [f".. autofunction:: {name}\n" for name in lists.helpers(task)]
    return "\n".join(parts)


def task_table(task: str) -> str:
    """What each loss of a task is for."""
    rows = [(f":func:`{each.name}`", use(each)) for each in al.catalog(task)]
    return MODULE + "\n" + table(("loss", "what it is for"), rows, "36 64")


def peer_table(key: str) -> str:
    """The calls of one project and ours; then what has none here, and why."""
    peer = peers()[key]
    rows = [(f"``{theirs}``", f"``{ours}``", ours_of(ours)) for theirs, ours in peer["pairs"].items()]
    reasons = [f"* ``{name}``: {lists.literal(reason)}." for name, reason in peer["without"].items()]
    rest = ["Without a call here:\n", *reasons] if reasons else []
    return "\n".join([MODULE, table(("there", "here", "page"), rows, "39 39 22"), *rest]) + "\n"


def ours_of(call: str) -> str:
    """Links to the functions that a call of ours names."""
    return ", ".join(f":func:`{name}`" for name in dict.fromkeys(re.findall(r"\bal\.(\w+)", call)))


def support_table() -> str:
    """The comparisons of each loss in the committed reports of the conformance suite."""
    reports = [json.loads(path.read_text()) for path in sorted(ROOT.glob("conformance/reports/*/summary.json"))]
    rows = [
        (f":func:`{each['name']}`", f"{each['comparisons']:,}", str(each["failed"]), f"{each['values']:.1f} ULP")
        for report in reports
        for each in report["losses"]
    ]
    return MODULE + "\n" + table(("loss", "comparisons", "failed", "worst value, float32"), rows, "40 20 20 20")


def causes_table() -> str:
    """The names of the causes that `al.diagnose` knows."""
    rows = [(where, "\n       ".join(f"| {name}" for name in names)) for where, names in lists.causes().items()]
    return table(("looked for in", "causes"), rows, "45 55")


def llms() -> str:
    """The map of the site for language models."""
    guides = [f"- [{name}]({path}.html): {what}" for path, (name, what) in lists.GUIDES.items()]
    losses = [f"- [{each.name}](reference/{each.name}.html): {each.summary}" for each in al.catalog()]
    about = " ".join((ROOT / "README.md").read_text().split("\n\n")[1].split())
    return "\n".join(["# array_losses\n", f"> {about}\n", "## Guides\n", *guides, "\n## Losses\n", *losses, ""])


def reference() -> dict[str, str]:
    """The pages of the API."""
    shown = gallery()
    below = [*TASKS, "objects", "errors", "integrations", *(["gallery"] if shown else [])]
    pages = {f"reference/{record.name}.rst": loss_page(record) for record in al.catalog()}
    pages["reference/index.rst"] = reference_index(below)
    pages["reference/gallery.rst"] = shown
    pages |= {f"reference/{task}.rst": task_page(task) for task in TASKS}
    pages["reference/objects.rst"] = "\n".join([title("Gradients, objects, files"), MODULE, *lists.objects()])
    pages["reference/errors.rst"] = "\n".join([title("Errors"), MODULE, *lists.errors()])
    pages["reference/integrations.rst"] = "\n".join([title("Integrations"), *lists.bridges()])
    return pages


def parts() -> dict[str, str]:
    """Tables that the written pages include."""
    made = {task: task_table(task) for task in TASKS} | {key: peer_table(key) for key in peers()}
    made |= {"support": support_table(), "causes": causes_table()}
    return {f"generated/parts/{name}.rst": text for name, text in made.items()}


def write(*_: Any) -> None:
    """Write every page that has changed, and remove those that are none any more."""
    made = reference() | parts() | {"generated/llms.txt": llms()}
    made = {name: text for name, text in made.items() if text}
    for name, text in made.items():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
    kept = {f"generated/pictures/{record.name}.svg" for record in al.catalog()} | made.keys()
    for path in (each for folder in ("reference", "generated") for each in (DOCS / folder).rglob("*.*")):
        if path.relative_to(DOCS).as_posix() not in kept:
            path.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the pages before Sphinx looks for them."""
    app.connect("config-inited", write, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
