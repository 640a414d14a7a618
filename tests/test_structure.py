"""The house: imports point down, one door to array-api-compat, frameworks only in their adapters, lean import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "array_losses"
FLOORS = (
    {"typing", "constants", "errors", "options", "sums", "lazy"},
    {"namespace", "backends"},
    {
        "numerics",
        "dispatch",
        "logistic",
        "by_hand",
        "by_option",
        "pairs",
        "masks",
        "places",
        "host",
        "fixed_options",
        "inspection",
        "domains",
        "checks",
        "reduction",
        "totals",
    },
    {"families", "composable", "compositions", "objects", "autodiff", "compiled"},
    {"losses"},
    {"catalog", "config", "integrations"},
    {"", "command", "__main__", "testing"},
)
"""From the ground up; "" is the package itself."""
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
FRAMEWORKS = {"numpy", "torch", "jax", "cupy", "dask", "mlx", "tensorflow", "keras", "ml_dtypes"}
SOURCES = sorted(PACKAGE.rglob("*.py"))


def room(path):
    """The part of the package a file belongs to: a top-level module or folder."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imports(path):
    """(line, target parts from the package's root or None, external name or None) of each import."""
    tree = ast.parse(path.read_text())
    here = path.relative_to(PACKAGE).with_suffix("").parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, None, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, None, node.module
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level]
            for each in node.names:
                yield node.lineno, (*base, *(node.module or each.name).split(".")), None


def test_every_file_has_a_floor():
    assert {room(path) for path in SOURCES} <= set(FLOOR)


def test_imports_point_down():
    upward = []
    for path in SOURCES:
        for line, target, external in imports(path):
            if external and external.split(".")[0] == "array_losses":
                target = tuple(external.split(".")[1:]) or ("",)
            if target and FLOOR.get(target[0], FLOOR[""]) > FLOOR[room(path)]:
                upward.append(f"{path.relative_to(PACKAGE)}:{line} imports {'.'.join(target)}")
    assert not upward


def test_one_door_to_array_api_compat():
    doors = {
        room(path) for path in SOURCES for _, _, name in imports(path) if name and name.startswith("array_api_compat")
    }
    assert doors == {"namespace"}


def test_frameworks_stay_in_their_rooms():
    allowed = {"backends", "integrations", "command"}
    named = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in SOURCES
        for _, _, name in imports(path)
        if name and name.split(".")[0] in FRAMEWORKS and room(path) not in allowed
    }
    assert not named


def private_names_of_torch(path):
    """The names with an underscore that a file takes from torch, by import or as attributes of what it imports."""
    tree, ours = ast.parse(path.read_text()), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            for each in node.names:
                name = f"{module}.{each.name}" if module else each.name
                if getattr(node, "level", 0) == 0 and name.split(".")[0] == "torch":
                    ours.add(each.asname or each.name.split(".")[0])
                    yield from (part for part in name.split(".") if part.startswith("_"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("__"):
            root = node.value
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name) and root.id in ours:
                yield node.attr


def test_private_names_of_torch_stay_in_one_file():
    users = {path.name: names for path in SOURCES if (names := set(private_names_of_torch(path)))}
    assert users.keys() == {"private.py"}
    assert users["private.py"] >= {"_pytree", "_C", "_functorch", "_current_level"}


def test_files_and_functions_are_short():
    long = [str(path.relative_to(PACKAGE)) for path in SOURCES if len(path.read_text().splitlines()) > 260]
    assert not long


def loaded(code, first=""):
    """What `code` adds to `sys.modules`, after `first`, in a fresh interpreter."""
    code = f"{first}\nimport sys\nbefore = set(sys.modules)\n{code}\nprint(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    return done.stdout.split()


@pytest.mark.parametrize("first", ["", "import numpy"])
def test_import_loads_no_framework(first):
    found = loaded("import array_losses", first)
    assert "array_losses" in found
    assert not {name.split(".")[0] for name in found} & (FRAMEWORKS | {"array_api_compat", "sklearn", "rich"})


def test_import_loads_next_to_nothing():
    """An import costs what it loads: five modules of ours, however many losses there are, and none of Python's."""
    found = set(loaded("import array_losses", "import numpy"))
    ours = {"array_losses", *(f"array_losses.{name}" for name in ("catalog", "errors", "lazy", "losses"))}
    assert found - {"__future__"} == ours


def test_what_is_generated_is_fresh():
    done = subprocess.run(
        [sys.executable, PACKAGE.parent / ".ci" / "generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
