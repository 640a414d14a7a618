"""Names that are nearly right, and names of other projects, are answered with ours."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import array_losses as al
from array_losses.lazy import plain
from array_losses.other_names import NAMES
from conformance.oracles import oracle

ROOT = Path(al.__file__).parents[1]
HELPERS = {"get", "serialize", "deserialize"}  # Keras's, for losses by their names
HINTS = {
    "crossentropy": "did you mean `cross_entropy`?",
    "CrossEntropy": "did you mean `CrossEntropyLoss`?",
    "DICELoss": "did you mean `DiceLoss`?",
    "focalloss": "did you mean `focal_loss`?",
    "Focalloss": "did you mean `FocalLoss`?",
    "hinge_embedding": "did you mean `hinge_embedding_loss`?",
    "TverskyLos": "did you mean `TverskyLoss`?",
    "kl_div_loss": "did you mean `kl_div`?",
    "sparse_categorical_crossentropy": "`keras.losses.SparseCategoricalCrossentropy(from_logits=True)(ids, z)` is "
    "`al.cross_entropy(z, ids)`",
    "SparseCategoricalCrossentropy": "is `al.cross_entropy(z, ids)`",
    "softmax_cross_entropy": 'is `al.cross_entropy(z, soft, reduction="none")`',
    "CategoricalHinge": "`al.crammer_singer_hinge_loss`",
    "MaskedDiceLoss": "nearest to `MaskedDiceLoss` of MONAI is `al.dice_loss(input, target, where=mask)`",
    "giou_loss": "nearest to `giou_loss` of torchvision is `al.generalized_box_iou_loss(input, target)`",
    "pinball_loss": "`al.quantile_loss(input, target, tau=0.5)`",
    "RMSELoss": "`al.mse_loss(input, target) ** 0.5`",
    "triplet_loss": "`al.triplet_margin_loss(anchor, positive, negative)`",
    "SSIMLoss": "MONAI's, which is left out: it compares images",
    "mae": "`al.l1_loss(input, target)`",
}


@pytest.mark.parametrize("name", HINTS)
@pytest.mark.parametrize("package", [al, al.losses], ids=lambda package: package.__name__)
def test_a_name_that_is_nearly_right(package, name):
    with pytest.raises(AttributeError) as caught:
        getattr(package, name)
    start = f"module '{package.__name__}' has no attribute '{name}'; "
    assert str(caught.value).startswith(start)
    assert HINTS[name] in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        (
            "from array_losses import focalloss",
            "cannot import name 'focalloss' from 'array_losses'; did you mean `focal_loss`?",
        ),
        ("from array_losses import mse_loss, DICELoss", "'array_losses'; did you mean `DiceLoss`?"),
        ("from array_losses.losses import mean_squared_error", "is `al.mse_loss(x, y)`"),
        ("from array_losses import qqq", "cannot import name 'qqq' from 'array_losses' ("),
    ],
)
def test_an_import_that_is_nearly_right(statement, error):
    with pytest.raises(ImportError) as caught:
        exec(statement, {})
    assert error in str(caught.value)
    assert not isinstance(caught.value, ModuleNotFoundError)


def test_modules_are_imported_by_name_all_the_same():
    """Of a fresh interpreter, in which they are no attributes yet, some of them nearly losses by their names."""
    code = (
        "from array_losses import sums, objects, cli, integrations; from array_losses.losses import binary; print('ok')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("ok\n", "")


def losses_of_torch():
    import torch

    names = [name for name in dir(torch.nn.functional) if "loss" in name or "entropy" in name or name == "kl_div"]
    return [*names, *[name for name in dir(torch.nn) if name.endswith("Loss")]]


def losses_of_optax():
    import optax.losses

    return [name for name in dir(optax.losses) if name[0] != "_"]


def losses_of_keras():
    oracle("keras").version()  # it says which backend Keras takes
    import keras

    found = {name for name in dir(keras.losses) if name[0] != "_" and callable(getattr(keras.losses, name))}
    return sorted(found - HELPERS - {"Loss"})


@pytest.mark.parametrize("losses", [losses_of_torch, losses_of_optax, losses_of_keras])
def test_every_loss_of_another_project_has_an_answer(losses):
    found = losses()
    assert len(found) > 20
    ours = {plain(name) for name in al.__all__}
    assert [name for name in found if plain(name) not in ours | NAMES.keys()] == []


def test_what_is_answered_is_there():
    """Every name of ours in an answer, with the options that are named."""
    for text in NAMES.values():
        for name, given in re.findall(r"`[^`]*?\bal\.(\w+)(?:\(([^`]*)\))?[^`]*`", text):
            function = getattr(al, name)
            options = re.findall(r"(\w+)=", given.partition(").")[0])
            assert set(options) <= set(inspect.signature(function).parameters), text
    assert not {name for name in NAMES if name in {each.lower().replace("_", "") for each in al.__all__}}
