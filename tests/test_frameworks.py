"""The recipes of `docs/frameworks.md`, on the real frameworks, in one process for those that share their imports.

`.ci/frameworks` runs each in a fresh environment with its framework alone, those too that are not installed here.
"""

import itertools
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from . import recipes

GROUPS = {
    "torch": ["PyTorch", "PyTorch Lightning", "Hugging Face Trainer", "skorch", "Keras"],
    "jax": ["optax", "Flax NNX", "Equinox", "jax.export"],
    "neither": ["scikit-learn", "XGBoost", "XGBoost, several outputs", "LightGBM"],
}


def here(title):
    return all(map(find_spec, recipes.RECIPES[title].needs))


@pytest.mark.parametrize("group", GROUPS)
def test_a_recipe_ends_where_the_framework_alone_ends(group):
    titles, root = list(filter(here, GROUPS[group])), recipes.PAGE.parent.parent
    env = {**os.environ, "KERAS_BACKEND": "torch", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.recipes", *titles]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, cwd=root)
    assert done.stdout.endswith(f"compared {', '.join(titles)}\n"), done.stderr[-3000:]


@pytest.mark.parametrize("title", recipes.RECIPES)
def test_its_framework_is_here(title):
    if not here(title):
        pytest.skip(f"not installed: `.ci/frameworks '{title}'` tries it in an environment of its own")


def test_every_script_of_the_page_is_run():
    assert sorted(recipes.scripts()) == sorted(recipes.RECIPES) == sorted(itertools.chain(*GROUPS.values()))
