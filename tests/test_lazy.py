"""Modules load when a name of theirs is used; names, types, pickles and threads see no difference."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import array_losses as al
from array_losses.catalog import CLASSES

PACKAGE = Path(al.__file__).parent
ROOT = Path(__file__).resolve().parent.parent


def run(code):
    """What `code` prints in a fresh interpreter that has loaded no loss."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("package", [al, al.losses])
def test_every_name_is_listed_and_found(package):
    assert set(package.__all__) <= set(dir(package))
    assert len(set(package.__all__)) == len(package.__all__)
    for name in package.__all__:
        assert not isinstance(getattr(package, name), ModuleType)
        assert vars(package)[name] is getattr(package, name)


@pytest.mark.parametrize("package", ["array_losses", "array_losses.losses"])
def test_no_module_hides_a_name(package):
    """A module that is imported becomes an attribute of its package: a name it shares must be bound before."""
    code = f"""
import pkgutil, {package} as package
shared = {{module.name for module in pkgutil.iter_modules(package.__path__)}} & set(package.__all__)
print([name for name in shared if not callable(vars(package).get(name))])
"""
    assert run(code) == "[]\n"


def test_a_star_gives_every_name():
    found = {}
    exec("from array_losses import *", found)
    assert set(al.__all__) <= set(found)


def test_type_checkers_are_told_what_is_loaded():
    """What `array_losses/__init__.py` imports for them is what its table loads."""
    block = next(node for node in ast.parse(Path(al.__file__).read_text()).body if isinstance(node, ast.If))
    imported = {node.module: [each.name for each in node.names] for node in block.body}
    table = eval(ast.unparse(block.orelse[0].value.args[1]), {"losses": al.losses})
    assert table == imported | {"losses": al.losses.__all__}


def test_classes_are_known_by_their_names():
    losses = {name: getattr(al.losses, name) for name in al.losses.__all__}
    assert set(CLASSES) == {name for name, each in losses.items() if inspect.isclass(each)}
    assert all(issubclass(losses[name], al.Loss) for name in CLASSES)


@pytest.mark.parametrize(
    ("use", "loads"),
    [
        ("al.mse_loss", {"regression.mse"}),
        ("al.losses.mse_loss", {"regression.mse"}),
        ("al.errors.ShapeError, al.catalog, dir(al)", set()),
        ("al.from_config({'loss': 'L1Loss'})", {"regression.l1"}),
        ("__import__('pickle').loads(PICKLE)", {"regression.huber"}),
    ],
)
def test_a_name_loads_its_module(use, loads):
    pickle = run("import array_losses as al, pickle; print(pickle.dumps(al.HuberLoss(delta=2.0)))").strip()
    modules = run(f"import array_losses as al, sys\nPICKLE = {pickle}\n{use}\nprint(*sys.modules)").split()
    losses = [name.removeprefix("array_losses.losses.") for name in modules if "losses.losses." in name]
    assert {name for name in losses if "." in name} == loads


@pytest.mark.parametrize("package", ["array_losses", "array_losses.losses"])
@pytest.mark.parametrize(("wrong", "hint"), [("mse_los", "; did you mean `mse_loss`?"), ("__wrong__", ""), ("q", "")])
def test_a_wrong_name(package, wrong, hint):
    with pytest.raises(AttributeError) as caught:
        getattr(sys.modules[package], wrong)
    assert str(caught.value) == f"module '{package}' has no attribute '{wrong}'{hint}"


def test_threads_get_one_object():
    """All ask for all names at once, in orders of their own, of a package that has loaded none."""
    code = """
import array_losses as al, threading
names, found, barrier = al.__all__, [], threading.Barrier(8)
def ask(turn):
    barrier.wait()
    found.append({name: getattr(al, name) for name in names[turn * 7:] + names[:turn * 7]})
threads = [threading.Thread(target=ask, args=(turn,)) for turn in range(8)]
[each.start() for each in threads], [each.join() for each in threads]
print(len(found), all(each[name] is getattr(al, name) for each in found for name in names))
"""
    assert run(code) == "8 True\n"


def test_first_use_inside_a_compiled_function():
    code = """
import torch, array_losses as al
compiled = torch.compile(lambda x, y: al.huber_loss(x, y), fullgraph=True, backend="aot_eager")
print(compiled(torch.zeros(2), torch.ones(2)).item(), compiled(torch.zeros(3), torch.ones(3)).item())
"""
    assert run(code) == "0.5 0.5\n"
