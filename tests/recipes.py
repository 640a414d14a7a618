"""The recipes of `docs/frameworks.md` as they stand there, beside the same with the framework's own loss:
`python -m tests.recipes TITLE ...`, as if no other framework were installed than these recipes need.
"""

import os
import re
import sys
import tempfile
from collections.abc import Callable
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import array_losses as al

PAGE = Path(__file__).resolve().parent.parent / "docs" / "frameworks.md"
FRAMEWORKS = {"accelerate", "array_api_strict", "cupy", "dask", "equinox", "flax", "jax", "jaxlib", "keras", "lightgbm"}
FRAMEWORKS |= {"mlx", "monai", "optax", "pytorch_lightning", "skorch", "tensorflow", "torch", "transformers", "xgboost"}
SMOOTH = "al.CrossEntropyLoss(label_smoothing=0.1)"


def by_optax(z, y):
    """What optax has for that loss."""
    import jax
    import optax

    return optax.softmax_cross_entropy(z, optax.smooth_labels(jax.nn.one_hot(y, 10), 0.1)).mean()


def nothing(ours, theirs):
    """No more than the scores to compare."""


class Recipe(NamedTuple):
    """What a section needs, and what its framework would write."""

    needs: set[str]
    own: dict[str, str]
    """Texts of ours, and the framework's own in place of them."""
    more: Callable[[dict[str, Any], dict[str, Any]], None] = nothing
    """What more is to be seen in the names that the two scripts leave."""
    atol: float = 1e-3
    """How far apart scores may be, after all of the training."""


# --- what more is to be seen ------------------------------------------------------------------------------------------


def validated(ours, theirs):
    """The loss of all validation data is the mean of the losses of batches, weighed by their sizes."""
    losses = [float(each["trainer"].callback_metrics["val_loss"]) for each in (ours, theirs)]
    np.testing.assert_allclose(*losses, rtol=1e-5)
    wanted = al.cross_entropy(ours["scores"].detach(), ours["torch"].from_numpy(ours["y_new"]), label_smoothing=0.1)
    np.testing.assert_allclose(losses[0], float(wanted), rtol=1e-5)


def accumulated(ours, theirs):
    """Steps of accumulation are one of the large batch, of rows that count differently, as in a model's own loss."""
    torch, loss = ours["torch"], ours["next_token_loss"]
    start, wanted = (one_step(ours, 1, None, steps) for steps in (0, 1))
    for parts in (1, 2, 4):
        torch.testing.assert_close(one_step(ours, parts, loss), wanted, atol=1e-6, rtol=1e-5)
    assert (wanted - start).abs().max() > 1e-3

    def of_each(outputs, labels, num_items_in_batch=None):
        return loss(outputs, labels)

    means, summed = (one_step(ours, 2, of_each, scaled=scaled) - start for scaled in (False, None))
    torch.testing.assert_close(summed, 2 * means, atol=1e-6, rtol=1e-4)
    assert (means - (wanted - start)).abs().max() > 1e-3


def one_step(ours, parts, loss, steps=1, scaled=None):
    """The last layer of a language model after one step of `Trainer`, of four rows of pixels in so many parts."""
    from transformers import LlamaConfig, LlamaForCausalLM, Trainer, TrainingArguments

    torch = ours["torch"]
    pixels = torch.from_numpy((ours["x"][:4, 16:24] * 16).astype("int64"))
    rows = [
        {"input_ids": each, "labels": each.where(torch.arange(8) < n, -100)}
        for each, n in zip(pixels, (8, 6, 3, 2), strict=True)
    ]
    torch.manual_seed(0)
    sizes = {"vocab_size": 17, "hidden_size": 16, "intermediate_size": 16, "max_position_embeddings": 8}
    model = LlamaForCausalLM(LlamaConfig(**sizes, num_hidden_layers=1, num_attention_heads=2))
    words = {"per_device_train_batch_size": 4 // parts, "gradient_accumulation_steps": parts, "max_grad_norm": 0}
    words |= {"max_steps": 1, "learning_rate": 1.0, "optim": "sgd", "use_cpu": True}
    words |= {"save_strategy": "no", "report_to": "none", "disable_tqdm": True}
    trainer = Trainer(model, TrainingArguments("rows", **words), train_dataset=rows, compute_loss_func=loss)
    trainer.loss_is_scaled_for_ga = scaled
    if steps:
        trainer.train()
    return model.lm_head.weight.detach().clone()


def searched(ours, theirs):
    """The grid's candidates are the losses; what it trained with is the better one, and is a module's parameter."""
    results = ours["search"].cv_results_
    assert [each["criterion__loss"] for each in results["params"]] == ours["losses"]
    assert ours["search"].best_params_ == {"criterion__loss": ours["losses"][np.argmax(results["mean_test_score"])]}
    assert ours["search"].best_estimator_.criterion_.loss == ours["search"].best_params_["criterion__loss"]
    assert len(set(results["mean_test_score"])) == 2
    np.testing.assert_allclose(ours["scores"].sum(axis=1), 1, rtol=1e-5)


def curves(ours, theirs):
    np.testing.assert_allclose(ours["curve"], theirs["curve"], rtol=1e-4)
    assert ours["curve"][-1] < 0.5 * ours["curve"][0]


def summed(ours, theirs):
    curves(ours, theirs)
    np.testing.assert_allclose(ours["whole"], theirs["whole"], rtol=1e-5)
    compiled = ours["step"]._cache_size()
    ours["step"](eval(SMOOTH, ours), *(ours[name] for name in ("parameters", "state", "x", "y")))
    assert ours["step"]._cache_size() == compiled == 1


def drawn(ours, theirs):
    """The pixels of both, nearer to the digits than their means are."""
    np.testing.assert_allclose(ours["pixels"], theirs["pixels"], atol=1e-5)
    wanted, means = ours["x_new"][:, 24:32], ours["x"][:, 24:32].mean(axis=0)
    assert np.mean((ours["pixels"] - wanted) ** 2) < 0.6 * np.mean((means - wanted) ** 2)


TORCH_OWN = f"torch.nn.{SMOOTH.removeprefix('al.')}"
RECIPES = {
    "PyTorch": Recipe({"torch"}, {f"as_module({SMOOTH})": TORCH_OWN}),
    "PyTorch Lightning": Recipe(
        {"torch", "pytorch_lightning"},
        {
            "as_module(al.from_config(loss))": TORCH_OWN,
            'self.loss(self(x), y, reduction="sums")': "len(y) * self.loss(self(x), y)",
            "all_reduce(self.sums).loss()": "self.sums / 597",
        },
        validated,
    ),
    "Hugging Face Trainer": Recipe(
        {"torch", "transformers", "accelerate"}, {"    compute_loss_func=compute_loss,\n": ""}, accumulated
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
    other = code
    for ours, theirs in recipe.own.items():
        assert ours in other, ours
        other = other.replace(ours, theirs)
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
