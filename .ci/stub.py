"""The stub of `array_losses.losses`: the signature of each loss from its source, once with the result of an array and
once with that of `Sums`, which a decorator cannot say.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

STUB = '''"""Every loss, as type checkers see them. Written by `python .ci/generate.py`."""

from typing import {typing}

{imports}
__all__ = [
{listed}]

{signatures}
'''
ARRAY = 'reduction: {kinds} = "mean", **options: Unpack[CommonOptions]'
SUMS = 'reduction: Literal["sums"], **options: Unpack[CommonOptions]'
KINDS = {"Options": "ToArray", "BatchMeanOptions": 'ToArray | Literal["batchmean"]'}
"""The reductions to an array, by the name of a loss's options."""


def signatures(function: ast.FunctionDef, sums: str) -> str:
    """Both signatures of a loss."""
    options = function.args.kwarg
    assert options is not None
    assert isinstance(options.annotation, ast.Subscript)
    kinds = KINDS[ast.unparse(options.annotation.slice)]
    function.args.kwarg = None
    given = ast.unparse(function.args)
    given += ", " if function.args.kwonlyargs else ", *, "
    texts = (
        f"({given}{ARRAY.format(kinds=kinds)}) -> ArrayT: ...",
        f"({given.replace('ArrayT', 'AnyArray')}{SUMS}) -> {sums}: ...",
    )
    return "\n".join(f"@overload\ndef {function.name}{text}" for text in texts)


def names_in(*texts: str) -> set[str]:
    """The names that signatures use."""
    return {node.id for text in texts for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}


def homes(module: ast.Module, name: str) -> dict[str, str]:
    """The module of each name that a loss's module imports or defines, as `losses/__init__.pyi` imports it."""
    folder, found = name.partition(".")[0], {}
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and node.level:
            home = {1: f".{folder}.{node.module}", 2: f".{node.module}", 3: f"..{node.module}"}[node.level]
            found |= {each.name: home for each in node.names}
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = f".{name}"
    return found


def stub(exported: dict[str, list[str]], composites: Iterable[str], losses: Iterable[str], root: Path) -> str:
    """The source of the stub, for the names that each module exports; the sums of composites are composed."""
    imports, written = defaultdict(set), []
    for name, names in exported.items():
        module = ast.parse((root / f"{name.replace('.', '/')}.py").read_text())
        defined = {each.name: each for each in module.body if isinstance(each, ast.FunctionDef)}
        ours = [each for each in names if each in losses]
        texts = [signatures(defined[each], "ComposedSums" if each in composites else "Sums") for each in ours]
        home, used = homes(module, name), names_in(*texts)
        for each in used & home.keys():
            imports[home[each]].add(each)
        imports[f".{name}"] |= set(names) - set(ours)
        written += texts
    imports["..sums"] |= {"ComposedSums", "Sums"}
    imports["..typing"] |= {"AnyArray", "ArrayLike", "ArrayT", "CommonOptions", "ToArray"}
    lines = [f"from {home} import {', '.join(sorted(names))}\n" for home, names in sorted(imports.items()) if names]
    return STUB.format(
        typing=", ".join(sorted({"Literal", "Unpack", "overload"} | names_in(*written) & {"Any"})),
        imports="".join(lines),
        listed="".join(f'    "{name}",\n' for name in sorted(chain.from_iterable(exported.values()))),
        signatures="\n".join(written),
    )
