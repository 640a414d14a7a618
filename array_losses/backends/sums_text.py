"""What `Sums` are beside their arrays, as text for programs that are exported: JSON of options and names.

Reading runs nothing that a text says: it names a loss, whose own last step is taken.
"""

from __future__ import annotations

import json
from importlib import import_module
from math import nan
from typing import Any

from ..errors import ArgumentError, NamespaceError, describe
from ..sums import FINISHES
from .leaf import LEAVES

OURS = f"{__package__.rpartition('.')[0]}.losses."
"""How the names of the modules begin that may be imported for a text."""


def to_text(constants: Any) -> str:
    """The text of a finish, or of the factors of composed sums."""
    kind = type(constants).__name__
    if kind not in FINISHES:
        return json.dumps(constants)
    fields = constants._asdict()
    step = fields.pop("finish", None)
    families = [each for each in _losses(constants.loss) if step in (None, getattr(each, "finish", None))]
    text = {"finish": kind, "module": families[0].formula.__module__, "fields": fields}
    return json.dumps(text, default=_refuse)


def from_text(text: str) -> Any:
    """The finish or the factors that a text was made of, equal to them."""
    # one NaN for all, so that options that hold it are equal
    found = _with_tuples(json.loads(text, parse_constant=lambda word: nan if word == "NaN" else float(word)))
    if not isinstance(found, dict):
        return found
    module, fields = found["module"], found["fields"]
    if module.startswith(OURS):
        import_module(module)
    families = [each for each in _losses(fields["loss"]) if each.formula.__module__ == module]
    if not families:
        raise NamespaceError(f"Sums: `{fields['loss']}` of the module {module} is not known; import it before reading")
    kind = FINISHES[found["finish"]]
    return kind(**fields, finish=families[0].finish) if "finish" in kind._fields else kind(**fields)


def _losses(name: str) -> list[Any]:
    """What is known of the losses of a name."""
    leaves: list[Any] = list(LEAVES.values())
    return [each for each in leaves if each.name == name]


def _refuse(value: object) -> Any:
    raise ArgumentError(f"Sums: only plain options can be written with an exported program, got {describe(value)}")


def _with_tuples(value: Any) -> Any:
    """The value with tuples in place of lists."""
    if isinstance(value, dict):
        return {key: _with_tuples(each) for key, each in value.items()}
    return tuple([_with_tuples(each) for each in value]) if isinstance(value, list) else value
