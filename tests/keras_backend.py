"""What losses do in Keras, on the backend that the environment names: `python tests/keras_backend.py PART ...`."""

import doctest
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
import pytest
from keras.src.backend.common.symbolic_scope import SymbolicScope
from sklearn.datasets import load_digits

import array_losses as al
from array_losses.integrations import keras as bridge
from array_losses.integrations.keras import as_keras_loss

K = keras.losses
RNG = np.random.default_rng(0)
Z = RNG.normal(size=(6, 3)).astype("float32")
Y = np.array([0, 1, 2, 2, 1, 0])
W = np.array([1, 2, 0, 0.5, 1, 3], "float32")
SPARSE, ONE_HOT = K.SparseCategoricalCrossentropy(from_logits=True), K.CategoricalCrossentropy(from_logits=True)


def value(loss, y_true, y_pred, *weight):
    """The loss as a number."""
    arrays = map(keras.ops.convert_to_tensor, (y_true, y_pred, *weight))
    return float(keras.ops.convert_to_numpy(loss(*arrays)))


def values():
    """The numbers of Keras's own losses, weighted and not; ours where Keras has none."""
    for ours, theirs, y, z in (
        (al.CrossEntropyLoss(), SPARSE, Y, Z),
        (al.CrossEntropyLoss(), SPARSE, Y[:, None], Z),
        (al.CrossEntropyLoss(), ONE_HOT, np.eye(3, dtype="float32")[Y], Z),
        (al.CrossEntropyLoss(reduction="sum"), K.SparseCategoricalCrossentropy(True, reduction="sum"), Y, Z),
        (al.HuberLoss(), K.Huber(), Z[::-1].copy(), Z),
        (al.BCEWithLogitsLoss(), K.BinaryCrossentropy(from_logits=True), (Y > 0).astype("float32"), Z[:, :1]),
    ):
        for weight in ((), (W,), (W[:, None],)):
            np.testing.assert_allclose(
                value(as_keras_loss(ours), y, z, *weight), value(theirs, y, z, *weight), rtol=1e-5
            )
    pixels, classes = RNG.normal(size=(6, 3, 5)).astype("float32"), RNG.integers(0, 3, (6, 5))
    for loss in (
        al.DiceLoss(weight=[1, 2, 3]),
        al.DiceLoss(batch=True, weight=[1, 2, 3]),
        al.DiceCELoss(weight=[1, 2, 3]),
        al.CrossEntropyLoss(weight=[1, 2, 3]) - 0.5 * al.DiceLoss(),
    ):
        wanted = float(loss(pixels, classes))
        for weight in ((), (np.ones(6, "float32"),)):
            np.testing.assert_allclose(value(as_keras_loss(loss), classes, pixels, *weight), wanted, rtol=1e-5)
    channels_last, column = np.moveaxis(pixels, 1, -1).copy(), classes[..., None]
    for loss in (
        al.DiceLoss(axis=-1),
        al.CrossEntropyLoss(axis=-1),
        al.DiceCELoss(axis=-1),
        al.OHEMCrossEntropyLoss(axis=-1),
    ):
        wanted = float(loss(channels_last, classes))
        np.testing.assert_allclose(value(as_keras_loss(loss), column, channels_last), wanted, rtol=1e-5)
    binary = al.DiceLoss(axis=None, activation="sigmoid")
    wanted = float(binary(pixels[:, :1], (classes[:, None] > 0).astype("float32")))
    one = np.moveaxis(pixels[:, :1], 1, -1).copy()
    np.testing.assert_allclose(value(as_keras_loss(binary), (classes > 0).astype("float32"), one), wanted, rtol=1e-5)
    weighted, classwise = al.CrossEntropyLoss(weight=[1, 2, 3]), np.array([1, 2, 3.0])[Y]
    wanted = np.sum(al.cross_entropy(Z, Y, reduction="none") * W * classwise) / np.sum(classwise)
    np.testing.assert_allclose(value(as_keras_loss(weighted), Y, Z, W), wanted, rtol=1e-5)
    wanted = al.mse_loss(Z, 0 * Z, sample_weight=W, normalizer="weights")
    np.testing.assert_allclose(value(as_keras_loss(al.MSELoss(normalizer="weights")), 0 * Z, Z, W), wanted, rtol=1e-5)


def masks():
    """The numbers of Keras's own losses behind a layer that masks."""
    x = np.array([[1, 2, 0, 0], [3, 1, 2, 0]])
    weights = RNG.uniform(size=(2, 4)).astype("float32")
    for ours, theirs, y in (
        (al.CrossEntropyLoss(axis=-1), SPARSE, RNG.integers(0, 3, (2, 4))),
        (al.MSELoss(), K.MeanSquaredError(), RNG.normal(size=(2, 4, 3)).astype("float32")),
    ):
        found = []
        for loss in (as_keras_loss(ours), theirs):
            keras.utils.set_random_seed(0)
            layers = [keras.Input((4,), dtype="int32"), keras.layers.Embedding(4, 2, mask_zero=True)]
            model = keras.Sequential([*layers, keras.layers.Dense(3)])
            model.compile(loss=loss)
            found.append([model.evaluate(x, y, sample_weight=each, verbose=0) for each in (None, weights)])
        np.testing.assert_allclose(*found, rtol=1e-5)
        assert abs(found[0][0] - found[0][1]) > 0.01


def compiled(loss):
    """A linear model of the digits."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Input((64,)), keras.layers.Dense(10)])
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss=loss, metrics=["accuracy"])
    return model


def digits(fit=True):
    """Training to the numbers of Keras's own loss, and what is saved and loaded."""
    x, y = load_digits(return_X_y=True)
    x, weight = (x / 16).astype("float32"), np.linspace(0.5, 1.0, 1200)
    found = []
    for loss in (SPARSE, as_keras_loss(al.CrossEntropyLoss(), name="ours")):
        model = compiled(loss)
        if fit:
            model.fit(x[:1200], y[:1200], sample_weight=weight, epochs=5, batch_size=100, verbose=0)
        found.append(model.evaluate(x[1200:], y[1200:], verbose=0))
    np.testing.assert_allclose(*found, rtol=1e-3)
    assert not fit or found[1][1] > 0.88
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        model.save(path)
        other = keras.saving.load_model(path)
    assert other.loss.loss == al.CrossEntropyLoss()
    assert other.loss.name == "ours"
    np.testing.assert_allclose(other.evaluate(x[1200:], y[1200:], verbose=0), found[1], rtol=1e-6)


def refused():
    """A bare object is told, and says what to write; errors are ours, in the words of the user."""
    loss = al.BCELoss()
    for bare in (loss, loss + al.MSELoss(), al.compile(loss)):
        model, told = compiled(bare), r"Keras calls a loss with \(y_true, y_pred\).*write as_keras_loss\(loss\)"
        with pytest.raises(al.ArgumentError, match=told):
            model.evaluate(np.ones((2, 64), "float32"), np.ones((2, 10), "float32"), verbose=0)
        assert not hasattr(bare, "name")
    for wrong, message in (
        (al.mse_loss, r"`loss` must be a loss object, got the function mse_loss; write MSELoss\(\)"),
        (al.TripletMarginLoss(), "must take two arrays, predictions and targets, got TripletMarginLoss of anchor"),
        (al.MSELoss(reduction="sums"), "must have reduction='mean' or"),
    ):
        with pytest.raises((al.DTypeError, al.OptionError), match=message):
            as_keras_loss(wrong)
    loss = as_keras_loss(al.CrossEntropyLoss())
    for y in (Y.astype("float32"), Y[:, None].astype("float32")):
        with pytest.raises(al.DTypeError, match=r"`y_true` must hold class ids as integers .*, got float32 of"):
            value(loss, y, Z)
    with pytest.raises(al.DomainError, match=r"must hold class ids in \[0, 3\)"):
        value(loss, Y + 7, Z)
    with SymbolicScope():  # Keras asks for the shape, of whatever the memory holds
        assert value(loss, Y + 7, Z) == 0


def examples():
    """The documentation."""
    assert doctest.testmod(bridge).attempted > 4
    assert doctest.testmod(bridge).failed == 0
    assert all(".. versionadded::" in getattr(bridge, name).__doc__ for name in bridge.__all__)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        part = {"digits=no": lambda: digits(fit=False)}.get(name) or globals()[name]
        part()
    print(keras.backend.backend())
