"""The recipes of `docs/frameworks.md`, on the real frameworks, in one process for those that share their imports."""

import itertools
import os
import subprocess
import sys

import pytest

from . import recipes

GROUPS = {
    "torch": ["PyTorch", "PyTorch Lightning", "Hugging Face Trainer", "skorch", "Keras"],
    "jax": ["optax", "Flax NNX", "Equinox", "jax.export"],
    "neither": ["scikit-learn", "XGBoost", "LightGBM"],
}


@pytest.mark.parametrize("group", GROUPS)
def test_a_recipe_ends_where_the_framework_alone_ends(group):
    titles, root = GROUPS[group], recipes.PAGE.parent.parent
    env = {**os.environ, "KERAS_BACKEND": "torch", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.recipes", *titles]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, cwd=root)
    assert done.stdout.endswith(f"compared {', '.join(titles)}\n"), done.stderr[-3000:]


def test_every_script_of_the_page_is_run():
    assert sorted(recipes.scripts()) == sorted(recipes.RECIPES) == sorted(itertools.chain(*GROUPS.values()))
