"""The recipes of `docs/frameworks.md` as they stand there, beside the same with the framework's own loss:
`python -m tests.recipes TITLE ...`, as if no other framework were installed than these recipes need.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.machinery import PathFinder
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from .recipe_checks import SMOOTH, accumulated, curves, drawn, nothing, searched, summed, validated

PAGE = Path(__file__).resolve().parent.parent / "docs" / "frameworks.md"
FRAMEWORKS = {"accelerate", "array_api_strict", "cupy", "dask", "equinox", "flax", "jax", "jaxlib", "keras", "lightgbm"}
FRAMEWORKS |= {"mlx", "monai", "optax", "pytorch_lightning", "skorch", "tensorflow", "torch", "transformers", "xgboost"}


def by_optax(z, y):
    """What optax has for that loss."""
    import jax
    import optax

    return optax.softmax_cross_entropy(z, optax.smooth_labels(jax.nn.one_hot(y, 10), 0.1)).mean()


class Recipe(NamedTuple):
    """What a section needs, and what its framework would write."""

    needs: set[str]
    own: dict[str, str]
    """Texts of ours, and the framework's own in place of them."""
    more: Callable[[dict[str, Any], dict[str, Any]], None] = nothing
    """What more is to be seen in the names that the two scripts leave."""
    atol: float = 1e-3
    """How far apart scores may be, after all of the training."""
    halves: dict[str, str] = MappingProxyType({})
    """Texts of ours, and those in place of them for two processes, each with half of every batch."""


TORCH_OWN = f"torch.nn.{SMOOTH.removeprefix('al.')}"
RECIPES = {
    "PyTorch": Recipe({"torch"}, {f"as_module({SMOOTH})": TORCH_OWN}),
    "PyTorch Lightning": Recipe(
        {"torch", "pytorch_lightning"},
        {
            "as_module(al.from_config(loss))": TORCH_OWN,
            'data_parallel_loss(self.loss(self(x), y, reduction="sums"))': "self.loss(self(x), y)",
            'self.loss(self(x), y, reduction="sums")': "len(y) * self.loss(self(x), y)",
            "all_reduce(self.sums).loss()": "self.sums / 597",
        },
        validated,
        halves={
            'accelerator="cpu"': 'accelerator="cpu", devices=2, strategy="ddp", use_distributed_sampler=False',
            "(*map(torch.from_numpy, arrays)), batch_size=200": (
                "(*(torch.from_numpy(each[int(os.environ['RANK']) :: 2]) for each in arrays)), batch_size=100"
            ),
        },
    ),
    "Hugging Face Trainer": Recipe(
        {"torch", "transformers", "accelerate"},
        {"    compute_loss_func=compute_loss,\n": ""},
        accumulated,
        halves={"batch_size=50": "batch_size=25"},
    ),
    "skorch": Recipe(
        {"torch", "skorch"},
        {
            f"criterion=LossModule,\n    criterion__loss={SMOOTH}": (
                "criterion=torch.nn.CrossEntropyLoss,\n    criterion__label_smoothing=0.1"
            ),
            "predict_nonlinearity=torch.nn.Softmax(dim=1)": 'predict_nonlinearity="auto"',
            '"criterion__loss": losses': '"lr": [0.05]',
        },
        searched,
    ),
    "optax": Recipe(
        {"jax", "jaxlib", "optax"},
        {
            SMOOTH: "by_optax",
            'loss(logits(parameters, x), y, reduction="sums")': "len(y) * loss(logits(parameters, x), y)",
            "al.Sums.zero(loss, scores, y_new)": "jnp.zeros(())",
            "sums.loss()": "sums / 597",
        },
        summed,
    ),
    "Flax NNX": Recipe({"jax", "jaxlib", "optax", "flax"}, {SMOOTH: "by_optax"}, curves),
    "Equinox": Recipe({"jax", "jaxlib", "optax", "equinox"}, {SMOOTH: "by_optax"}, curves),
    "jax.export": Recipe({"jax", "jaxlib", "optax"}, {SMOOTH: "by_optax"}, curves),
    "Keras": Recipe(
        {"torch", "keras"},
        {"as_keras_loss(al.CrossEntropyLoss())": "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"},
    ),
    "scikit-learn": Recipe(set(), {"as_scorer(al.CrossEntropyLoss())": '"neg_log_loss"'}, atol=1e-6),
    "XGBoost": Recipe(
        {"xgboost"},
        {
            '"nthread": 1': '"nthread": 1, "objective": "multi:softprob"',
            "    obj=objective(loss),\n    custom_metric=metric(loss),\n": "",
        },
        atol=0.1,
    ),
    "XGBoost, several outputs": Recipe(
        {"xgboost"},
        {
            ", obj=objective(loss))": ")",
            '"nthread": 1': '"nthread": 1, "objective": "binary:logistic"',
            "init_score(loss, answers)": "answers.mean(axis=0)",
            "objective=objective(half)": 'objective="reg:squarederror"',
        },
        drawn,
        atol=1e-5,
    ),
    "LightGBM": Recipe({"lightgbm"}, {"objective(loss)": '"multiclass"'}, atol=0.1),
}


# --- the page and its scripts -----------------------------------------------------------------------------------------


def scripts():
    """Title -> the script of each section: the page's first one, then those of the section."""
    first, *sections = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)
    data, *none = blocks(first)
    assert not none
    found = {section.partition("\n")[0]: blocks(section) for section in sections}
    return {title: "\n".join([data, *code]) for title, code in found.items() if code}


def blocks(text):
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def ran(code):
    """The names that a script leaves."""
    names = {"__name__": "recipe", "by_optax": by_optax}
    exec(compile(code, str(PAGE), "exec"), names)
    return names


def numbers(scores):
    return np.asarray(scores.detach() if hasattr(scores, "detach") else scores)


def compare(title):
    """One recipe, in a folder of its own."""
    recipe, code = RECIPES[title], scripts()[title]
    other = replaced(code, recipe.own)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        ours, theirs = ran(code), ran(other)
        os.chdir(PAGE.parent)
    found, wanted = (numbers(each["scores"]) for each in (ours, theirs))
    np.testing.assert_allclose(found, wanted, atol=recipe.atol, rtol=1e-3)
    if found.shape == (597, 10):
        right = [np.mean(each.argmax(axis=1) == ours["y_new"]) for each in (found, wanted)]
        assert right[1] > 0.85
        assert abs(right[0] - right[1]) < 0.005
    recipe.more(ours, theirs)
    if recipe.halves:
        compare_processes(code, recipe)


def compare_processes(code, recipe):
    """One process and two, of which one has labels to ignore."""
    labels = "y, y_new = np.split(labels, [1200])\n"
    code = replaced(code, {labels: f"{labels}y = np.where(np.arange(1200) % 4, y, -100)\n"})
    save = "np.save(os.environ['RANK'] + '.npy', scores.detach())\n"
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "halves.py"
        script.write_text(f"import os\n{replaced(code, recipe.halves)}\n{save}")
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", str(script)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        os.chdir(folder)
        wanted = numbers(ran(code)["scores"])
        os.chdir(PAGE.parent)
        for rank in range(2):
            np.testing.assert_allclose(np.load(script.with_name(f"{rank}.npy")), wanted, atol=recipe.atol, rtol=1e-3)


def replaced(code, texts):
    """The script with other texts in place of some."""
    for ours, theirs in texts.items():
        assert ours in code, ours
        code = code.replace(ours, theirs)
    return code


class Hiding(PathFinder):
    """Finds what the recipes need, and what is no framework."""

    hidden: frozenset[str] = frozenset()

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in cls.hidden else super().find_spec(name, path, target)

    @classmethod
    def find_distributions(cls, *args, **kwargs):
        found = super().find_distributions(*args, **kwargs)
        return (each for each in found if each.name.replace("-", "_") not in cls.hidden)


if __name__ == "__main__":
    titles = sys.argv[1:]
    Hiding.hidden = frozenset(FRAMEWORKS).difference(*(RECIPES[title].needs for title in titles))
    sys.meta_path[:] = [Hiding if each is PathFinder else each for each in sys.meta_path]
    for title in titles:
        compare(title)
    print("compared", ", ".join(titles))
