"""Which public names stand on which page, and what the written pages are about."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import array_losses as al
from array_losses import integrations

GUIDES = {
    "start": ("Start", "installation, first calls on every library, reductions, masks, weights, gradients"),
    "choose": ("Which loss when", "by task: what each loss is for"),
    "options": ("Common options", "reduction, sample_weight, where, normalizer"),
    "migration/index": ("Coming from elsewhere", "PyTorch, optax, Keras, MONAI and torchvision: their calls and ours"),
    "differences": ("The differences that bite", "where a loss differs from torch.nn.functional, and why"),
    "equalities": ("Equalities", "calls of other projects that give the same number, evaluated"),
    "support": ("Support", "every backend against references and other projects"),
    "speed": ("Speed", "time and memory against other projects"),
    "adding": ("Add a loss", "the steps, the decorators, the rules of formulas"),
    "glossary": ("Glossary", "words with one meaning here"),
}


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
    """The integrations, each with its public names; what two of them share stands with the first."""
    seen: list[object] = []
    for each in pkgutil.iter_modules(integrations.__path__):
        if each.ispkg:
            continue
        module = import_module(f"{integrations.__name__}.{each.name}")
        yield f"{each.name}\n{'-' * len(each.name)}\n\n.. automodule:: {module.__name__}\n"
        for name in module.__all__:
            found = getattr(module, name)
            if all(found is not other for other in seen):
                yield directive(f"{module.__name__}.{name}", found)
            seen.append(found)


def errors() -> Iterator[str]:
    """Directives for the errors."""
    yield from (f".. autoexception:: {name}\n" for name in al.__all__ if is_error(name))


def literal(text: str) -> str:
    """Markdown's code as that of reStructuredText."""
    return re.sub(r"`([^`]+)`", r"``\1``", text)
