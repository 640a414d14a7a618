"""Which public names stand on which page, and what the written pages are about."""

from __future__ import annotations

import ast
import re
from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path

import array_losses as al
import array_losses.diagnosis.causes
from array_losses import diagnosis, integrations

GUIDES = {
    "start": ("Start", "installation, first calls on every library, reductions, masks, weights, gradients"),
    "choose": ("Which loss when", "by task: what each loss is for"),
    "frameworks": ("Where you already work", "recipes: torch, Lightning, Trainer, skorch, JAX, Keras, boosting"),
    "options": ("Common options", "reduction, sample_weight, where, normalizer"),
    "diagnose": ("Why is my loss NaN?", "al.diagnose: a report that names the likely cause; the causes that it knows"),
    "migration/index": ("Coming from elsewhere", "PyTorch, optax, Keras, MONAI and torchvision: their calls and ours"),
    "differences": ("The differences that bite", "where a loss differs from torch.nn.functional, and why"),
    "equalities": ("Equalities", "calls of other projects that give the same number, evaluated"),
    "support": ("Support", "every backend against references and other projects"),
    "speed": ("Speed", "time and memory against other projects"),
    "adding": ("Add a loss", "the steps, the decorators, the rules of formulas"),
    "glossary": ("Glossary", "words with one meaning here"),
}
DEFINED = ast.ClassDef | ast.FunctionDef


def of_catalog() -> set[str]:
    return {name for record in al.catalog() for name in (record.name, record.cls.__name__)}


def is_error(name: str) -> bool:
    found = getattr(al, name)
    return isinstance(found, type) and issubclass(found, Exception)


def helpers(task: str) -> list[str]:
    """The functions beside the losses of a task: those of its folder that are in no catalog."""
    folder = f"array_losses.losses.{task}."
    rest = set(al.losses.__all__) - of_catalog()
    return sorted(name for name in rest if getattr(al, name).__module__.startswith(folder))


def objects() -> Iterator[str]:
    """Directives for all that is no loss, no function of a task and no error."""
    of_tasks = set(al.losses.__all__)
    for name in sorted(set(al.__all__) - of_tasks, key=str.lower):
        if not is_error(name):
            found = getattr(al, name)
            members = isinstance(found, type) and not issubclass(found, tuple)  # a tuple's say only their place
            yield directive(name, found) + ("   :members:\n" if members else "")


def directive(name: str, found: object) -> str:
    """A public name with what its docstring says."""
    return f".. auto{'class' if isinstance(found, type) else 'function'}:: {name}\n"


def bridges() -> Iterator[str]:
    """The integrations, each with its public names; what two of them share stands with the first.

    Their sources are read, not imported: they would import the frameworks.
    """
    seen: set[str] = set()
    for path in sorted(Path(integrations.__path__[0]).glob("*.py")):
        tree = ast.parse(path.read_text())
        kinds = {each.name: type(each).__name__[:-3].lower() for each in tree.body if isinstance(each, DEFINED)}
        public = [each for node in tree.body if ast.unparse(node).startswith("__all__") for each in names_in(node)]
        if not public:
            continue
        module = f"{integrations.__name__}.{path.stem}"
        yield f"{path.stem}\n{'-' * len(path.stem)}\n\n.. automodule:: {module}\n"
        for name in public:
            if name in kinds or name not in seen:
                kind = kinds.get(name, "class" if name[0].isupper() else "function")
                yield f".. auto{kind}:: {module}.{name}\n"
        seen.update(public)


def names_in(node: ast.AST) -> Iterator[str]:
    """The strings of a list in a source."""
    yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))


def causes() -> dict[str, list[str]]:
    """The names of the causes of a diagnosis, by what they lie in: as their sources have them, in their order."""
    folder, found = Path(diagnosis.causes.__path__[0]), {}
    for module in dict.fromkeys(re.findall(r"(\w+)\.CAUSES", (folder / "__init__.py").read_text())):
        tree = ast.parse((folder / f"{module}.py").read_text())
        calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and ast.unparse(each.func) == "Cause"]
        names = [literal_eval(call.args[0]) for call in sorted(calls, key=lambda each: each.lineno)]
        where = (ast.get_docstring(tree) or "").removeprefix("Causes in ").rstrip(".")
        found[where] = list(dict.fromkeys(names))
    return found


def errors() -> Iterator[str]:
    """Directives for the errors."""
    yield from (f".. autoexception:: {name}\n" for name in al.__all__ if is_error(name))


def literal(text: str) -> str:
    """Markdown's code as that of reStructuredText."""
    return re.sub(r"`([^`]+)`", r"``\1``", text)
