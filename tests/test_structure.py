"""The house: imports point down, one door to array-api-compat, frameworks only in their adapters, lean import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "array_losses"
FLOORS = (
    {"typing", "constants", "errors", "intervals", "options", "sums", "lazy", "other_names", "other_options"},
    {"backends"},
    {
        "numerics",
        "arguments",
        "domains",
        "host",
        "inspection",
        "pairs",
        "reduction",
        "fixed_options",
    },
    {"autodiff"},
    {"evaluation"},
    {"families"},
    {"schedules", "fingerprints", "composable", "compositions", "objects", "compiled", "parts"},
    {"losses"},
    {"catalog", "config", "integrations", "diagnosis", "plotting"},
    {"", "cli", "__main__", "testing"},
)
"""From the ground up; "" is the package itself."""
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
FRAMEWORKS = {"numpy", "torch", "jax", "cupy", "dask", "mlx", "tensorflow", "keras", "ml_dtypes"}
SOURCES = sorted(PACKAGE.rglob("*.py"))
VALUES = {
    "call": 2,
    "arguments": 2,
    "plan": 2,
    "elements": 2,
    "tape": 3,
    "prepared": 4,
    "kernel": 4,
    "executor": 4,
    "family": 5,
    "composition": 6,
    "loss_object": 6,
}
"""Names of parameters, and the floor of what they hold."""
HANDED_DOWN = {}
LONG_FILES = {}
LONG_FUNCTIONS = {}


def room(path):
    """The part of the package a file belongs to: a top-level module or folder, or a module with a floor of its own."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return part_of(() if parts == ("__init__",) else parts)


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
            base = (*here[: len(here) - node.level], *(node.module.split(".") if node.module else ()))
            for each in node.names:
                yield node.lineno, (*base, each.name), None


def test_every_file_has_a_floor():
    assert {room(path) for path in SOURCES} <= set(FLOOR)


def test_imports_point_down():
    upward = []
    for path in SOURCES:
        for line, target, external in imports(path):
            if external and external.split(".")[0] == "array_losses":
                target = tuple(external.split(".")[1:]) or ("",)
            if target and FLOOR.get(part_of(target), FLOOR[""]) > FLOOR[room(path)]:
                upward.append(f"{path.relative_to(PACKAGE)}:{line} imports {'.'.join(target)}")
    assert not upward


def test_one_door_to_array_api_compat():
    doors = {
        str(path.relative_to(PACKAGE))
        for path in SOURCES
        for _, _, name in imports(path)
        if name and name.startswith("array_api_compat")
    }
    assert doors == {"backends/compat.py"}


def test_frameworks_stay_in_their_rooms():
    allowed = {"backends", "evaluation", "integrations", "plotting", "cli", "diagnosis"}  # which looks by NumPy alone
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
    """None longer than listed; strike out what has become short."""
    for found, listed in ((long_files(), LONG_FILES), (long_functions(), LONG_FUNCTIONS)):
        assert found.keys() == listed.keys()
        assert all(length <= listed[name] for name, length in found.items())


def test_formulas_are_short():
    """What is decorated in a loss file, without its docstring: at most 25 lines, to be read beside it."""
    long = {}
    for path in sorted((PACKAGE / "losses").glob("*/*.py")):
        for function in ast.parse(path.read_text()).body:
            if isinstance(function, ast.FunctionDef) and function.decorator_list:
                body = function.body[1:] if ast.get_docstring(function) else function.body
                lines = body[-1].end_lineno - body[0].lineno + 1
                if lines > 25:
                    long[f"{path.name}: {function.name}"] = lines
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


def test_no_compiler_is_imported_for_a_plain_call():
    """The import of dynamo takes longer than that of torch."""
    code = "import array_losses as al; al.mse_loss(torch.ones(3, requires_grad=True), torch.zeros(3)).backward()"
    added = loaded(code, "import torch")
    assert "array_losses.backends.torch.backend" in added
    assert "torch._dynamo" not in added


def test_what_is_generated_is_fresh():
    done = subprocess.run(
        [sys.executable, PACKAGE.parent / ".ci" / "generate.py", "--check", "--quick"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def part_of(parts):
    """The part of the package that holds a module, given by its path from the root."""
    own = ".".join(parts[:2])
    return own if own in FLOOR else (parts or ("",))[0]


def functions(path):
    """Each function of a file: (its qualified name, its node)."""

    def inside(node, name):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                own = f"{name}.{child.name}".lstrip(".")
                if isinstance(child, ast.FunctionDef):
                    yield own, child
                yield from inside(child, own)
            else:
                yield from inside(child, name)

    yield from inside(ast.parse(path.read_text()), "")


def body_length(function):
    """The lines of a function without its signature and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def handed_down():
    """The parameters annotated `Any` that are named after something of a higher floor, for each file."""
    found = {}
    for path in SOURCES:
        for _, function in functions(path):
            given = function.args
            for each in (*given.posonlyargs, *given.args, *given.kwonlyargs):
                annotation = "" if each.annotation is None else ast.unparse(each.annotation)
                if VALUES.get(each.arg, 0) > FLOOR[room(path)] and "Any" in annotation:
                    found.setdefault(str(path.relative_to(PACKAGE)), set()).add(each.arg)
    return {name: sorted(parameters) for name, parameters in sorted(found.items())}


def long_files():
    """The files of more than 250 lines, with their lengths."""
    lengths = {str(path.relative_to(PACKAGE)): len(path.read_text().splitlines()) for path in SOURCES}
    return {name: length for name, length in lengths.items() if length > 250}


def long_functions():
    """The functions of more than 40 lines without their docstring, with their lengths."""
    lengths = {
        f"{path.relative_to(PACKAGE)}:{name}": body_length(function)
        for path in SOURCES
        for name, function in functions(path)
    }
    return {name: length for name, length in lengths.items() if length > 40}


def test_values_point_down():
    """Nothing of a higher floor is handed down as `Any`, but for what is listed: strike out what is gone."""
    assert handed_down() == HANDED_DOWN
