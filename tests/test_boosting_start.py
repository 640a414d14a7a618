"""The score to start from, and the warning where a model without it would stay where it is."""

import warnings

import lightgbm
import numpy as np
import pytest
import xgboost
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

import array_losses as al
from array_losses.integrations import lightgbm as on_lightgbm
from array_losses.integrations import xgboost as on_xgboost
from array_losses.integrations.lightgbm import FirstRoundWarning

MODULES = (on_xgboost, on_lightgbm)
RNG = np.random.default_rng(0)
LABELS, WEIGHTS = RNG.normal(150, 50, 101), RNG.random(101)
X, HELD_OUT, Y, TRUTH = train_test_split(*load_diabetes(return_X_y=True), test_size=0.3, random_state=0)
QUIET = {"verbosity": -1, "num_threads": 1, "deterministic": True}


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


# --- its value ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("scale", [1.0, 1e-8, 1e8])
def test_of_regression(module, scale):
    y = scale * LABELS
    assert module.init_score(al.MSELoss(), y, WEIGHTS) == pytest.approx(np.average(y, weights=WEIGHTS), rel=1e-12)
    assert module.init_score(al.mse_loss, y) == pytest.approx(y.mean(), rel=1e-12)
    assert module.init_score(al.L1Loss(), y) == pytest.approx(np.median(y), rel=1e-12)
    assert module.init_score(al.SmoothL1Loss(beta=0.0), y[:-1]) == pytest.approx(np.median(y[:-1]), rel=1e-12)
    assert module.init_score(al.HuberLoss(delta=1e3 * scale), y) == pytest.approx(y.mean(), rel=1e-12)
    order = np.argsort(y)
    half = np.searchsorted(np.cumsum(WEIGHTS[order]), WEIGHTS.sum() / 2)
    assert module.init_score(al.L1Loss(), y, WEIGHTS) == pytest.approx(y[order][half], rel=1e-12)


def test_of_few_rows():
    assert on_xgboost.init_score(al.L1Loss(), [1, 2, 3, 10]) == 2.5  # the middle of all that are best
    assert on_xgboost.init_score(al.L1Loss(), [0.0] * 4 + [100.0] * 4) == 50.0
    assert on_xgboost.init_score(al.L1Loss(), [1, 2, 3], [1, 1, 5]) == pytest.approx(3.0)
    assert on_xgboost.init_score(al.MSELoss(), [0.0] * 9 + [1.0]) == pytest.approx(0.1, rel=1e-12)
    assert on_xgboost.init_score(al.HuberLoss(), [3.0, 3.0, 3.0]) == pytest.approx(3.0)
    assert on_xgboost.init_score(al.MSELoss(), [1.0, 5.0, 99.0], [1.0, 1.0, 0.0]) == pytest.approx(3.0)
    assert on_xgboost.init_score(al.MSELoss(), []) == 0.0
    assert on_xgboost.init_score(al.MSELoss(), [1.0, 2.0], [0.0, 0.0]) == 0.0
    # |c - 0| + |c - 1| + (c - 0)^2 / 2 + (c - 1)^2 / 2 + ... of labels 0, 0, 3: 3c - 3 + 1 = 0 between them
    assert on_xgboost.init_score(0.5 * al.MSELoss() + al.L1Loss(), [0.0, 0.0, 3.0]) == pytest.approx(2 / 3)


def test_of_logits():
    labels = np.array([1.0] * 3 + [0.0] * 97)
    logit = np.log(0.03 / 0.97)
    assert on_lightgbm.init_score(al.BCEWithLogitsLoss(), labels) == pytest.approx(logit, rel=1e-12)
    assert on_lightgbm.init_score(al.BCEWithLogitsLoss(), labels.astype(bool)) == pytest.approx(logit, rel=1e-12)
    weighted = on_lightgbm.init_score(al.BCEWithLogitsLoss(), labels, np.where(labels == 1, 97.0, 3.0))
    assert weighted == pytest.approx(0.0, abs=1e-12)
    pushed = on_lightgbm.init_score(al.BCEWithLogitsLoss(pos_weight=2.0), labels)
    assert pushed == pytest.approx(np.log(6 / 97), rel=1e-12)
    for same, expected in ((np.zeros(5), -np.log(1e15)), (np.ones(5), np.log(1e15))):
        assert on_lightgbm.init_score(al.BCEWithLogitsLoss(), same) == pytest.approx(expected)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
@pytest.mark.parametrize("gamma", [0.5, 2.0, 6.0])
def test_of_losses_that_are_not_convex(share, gamma):
    """Nothing on a fine grid is better; p and its powers are written out in NumPy."""
    labels = (np.arange(100) < 100 * share).astype(float)
    found = on_xgboost.init_score(al.SigmoidFocalLoss(gamma=gamma, alpha=0.25), labels)

    def total(z):
        p = 1 / (1 + np.exp(-z))
        return -100 * (0.25 * share * (1 - p) ** gamma * np.log(p) + 0.75 * (1 - share) * p**gamma * np.log(1 - p))

    grid = np.linspace(-15, 15, 30001)
    assert total(found) <= total(grid).min() * (1 + 1e-12)
    assert found == pytest.approx(grid[np.argmin(total(grid))], abs=2e-3)


def test_of_several_outputs():
    y = np.stack([LABELS, -2 * LABELS, LABELS > 150], axis=1)
    expected = np.average(y, axis=0, weights=WEIGHTS)
    np.testing.assert_allclose(on_xgboost.init_score(al.MSELoss(), y, WEIGHTS), expected, rtol=1e-12)
    np.testing.assert_allclose(on_xgboost.init_score(al.L1Loss(), y), np.median(y, axis=0), rtol=1e-12, atol=1e-12)
    both = on_xgboost.init_score(al.BCEWithLogitsLoss(pos_weight=[1.0, 3.0]), [[0, 0], [1, 1], [1, 0]])
    np.testing.assert_allclose(both, np.log([2.0, 3 / 2]), rtol=1e-12)


def test_of_classes():
    y = np.repeat([0, 1, 2, 3], [10, 20, 30, 40])
    shares = np.array([0.1, 0.2, 0.3, 0.4])
    for labels in (y, y.astype(float), y[:, None], np.eye(4)[y]):
        np.testing.assert_allclose(on_xgboost.init_score(al.CrossEntropyLoss(), labels), np.log(shares), rtol=1e-9)
    absent = on_lightgbm.init_score(al.CrossEntropyLoss(), y, num_class=6)
    np.testing.assert_allclose(absent, [*np.log(shares), -np.log(1e15), -np.log(1e15)], rtol=1e-9)
    smooth = on_lightgbm.init_score(al.LabelSmoothingLoss(smoothing=0.1), y, num_class=6)
    np.testing.assert_allclose(softmax(smooth), [*(0.9 * shares + 0.1 / 6), 0.1 / 6, 0.1 / 6], rtol=1e-5)
    weighted = on_lightgbm.init_score(al.CrossEntropyLoss(weight=[4.0, 3.0, 2.0, 1.0]), y)
    np.testing.assert_allclose(softmax(weighted), np.array([4, 6, 6, 4]) / 20, rtol=1e-5)
    ignored = on_lightgbm.init_score(al.CrossEntropyLoss(), np.append(y, [-100] * 50))
    np.testing.assert_allclose(ignored, np.log(shares), rtol=1e-9)
    rows = on_lightgbm.init_score(al.CrossEntropyLoss(), y, 1 / shares[y])
    np.testing.assert_allclose(softmax(rows), [0.25] * 4, rtol=1e-9)
    focal = on_lightgbm.init_score(al.FocalLoss(gamma=2.0), y)
    loss, wide = al.FocalLoss(gamma=2.0), lambda z: np.broadcast_to(z, (100, 4)).copy()
    least = float(loss(wide(focal), y))
    assert least < float(loss(wide(np.log(shares)), y))
    for _ in range(50):
        assert least <= float(loss(wide(focal + 0.01 * RNG.normal(size=4)), y))


def test_mistakes():
    for y, weight, error, message in (
        ([1.0, np.nan], None, al.DomainError, "init_score: `y` must hold finite numbers"),
        ([1.0, 2.0], [1.0, -1.0], al.DomainError, "init_score: `sample_weight` must hold finite numbers >= 0"),
        (
            [1.0, 2.0],
            [1.0],
            al.ShapeError,
            r"init_score: `sample_weight` must have shape \(rows,\) = \(2,\), got \(1,\)",
        ),
        (["a", "b"], None, al.DTypeError, "init_score: `y` must be a rectangular array of numbers"),
    ):
        for loss in (al.MSELoss(), al.CrossEntropyLoss()):
            with pytest.raises(error, match=message):
                on_xgboost.init_score(loss, y, weight)
    with pytest.raises(al.DomainError, match=r"`y` must hold class ids \(whole numbers\), got 0.5 at position \(0\)"):
        on_xgboost.init_score(al.CrossEntropyLoss(), [0.5, 1.0])
    with pytest.raises(al.DomainError, match=r"`y` must hold class ids in \[0, 2\) \(num_class = 2\), got 2"):
        on_xgboost.init_score(al.CrossEntropyLoss(), [0, 1, 2], num_class=2)
    with pytest.raises(al.DomainError, match=r"hold values in \[0, 1\]"):
        on_xgboost.init_score(al.BCEWithLogitsLoss(), [0.0, 2.0])


# --- what it does ---------------------------------------------------------------------------------------------------


def own_lightgbm(objective, **options):
    model = lightgbm.train({**QUIET, **options, "objective": objective}, lightgbm.Dataset(X, label=Y), 100)
    return np.abs(model.predict(HELD_OUT) - TRUTH).mean()


def errors(loss, learning_rate=0.1):
    """The mean absolute error on held-out rows of LightGBM and XGBoost, from the start that `init_score` gives."""
    start = on_lightgbm.init_score(loss, Y)
    data = lightgbm.Dataset(X, label=Y, init_score=np.full(len(Y), start))
    settings = {**QUIET, "objective": on_lightgbm.objective(loss), "learning_rate": learning_rate}
    light = start + lightgbm.train(settings, data, 100).predict(HELD_OUT)
    settings = {
        "base_score": on_xgboost.init_score(loss, Y),
        "learning_rate": learning_rate,
        "nthread": 1,
        "max_depth": 4,
    }
    heavy = xgboost.train(settings, xgboost.DMatrix(X, label=Y), 100, obj=on_xgboost.objective(loss))
    return [np.abs(each - TRUTH).mean() for each in (light, heavy.predict(xgboost.DMatrix(HELD_OUT)))]


def test_robust_losses_train_as_the_built_in_objectives():
    """From 0, LightGBM grew one tree and its error was 152. Steps of L1 are as long as the learning rate says."""
    assert np.abs(np.median(Y) - TRUTH).mean() > 58
    theirs = own_lightgbm("huber", alpha=30.0)
    for loss in (al.HuberLoss(delta=30.0), al.SmoothL1Loss(beta=30.0)):
        assert errors(loss) == pytest.approx([theirs, theirs], rel=0.05)
    theirs = own_lightgbm("regression_l1")
    distance = np.abs(Y - np.median(Y)).mean()
    for loss in (al.L1Loss(), al.HuberLoss(), al.SmoothL1Loss()):
        assert errors(loss, learning_rate=0.03 * distance) == pytest.approx([theirs, theirs], rel=0.1)


@pytest.mark.parametrize(
    "loss", [al.HuberLoss(), al.L1Loss(), al.SmoothL1Loss(), al.L1Loss() + al.HuberLoss()], ids=repr
)
def test_equal_gradients_are_warned_of(loss):
    settings, expected = {**QUIET, "objective": on_lightgbm.objective(loss)}, r"Loss.*: all rows have the same gradient"
    with pytest.warns(FirstRoundWarning, match=expected + r".* init_score=np.full\(len\(y\), start\)"):
        model = lightgbm.train(settings, lightgbm.Dataset(X, label=Y), 1)
    assert not model.predict(X).any()
    with pytest.warns(FirstRoundWarning, match=r"base_score=init_score\(loss, y\)"):
        xgboost.train({"nthread": 1}, xgboost.DMatrix(X, label=Y), 1, obj=on_xgboost.objective(loss))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        errors(loss)


@pytest.mark.parametrize("module", MODULES)
def test_when_there_is_a_warning(module):
    def call(loss, labels, start, weight=None, hessian="auto"):
        scores = np.zeros((len(labels), *np.shape(start))) + start
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            module.objective(loss, hessian=hessian)(labels, scores, weight)
        return [str(each.message) for each in found if each.category is FirstRoundWarning]

    y = np.array([50.0, 60.0, 80.0])
    two = np.stack([y, y - 60], axis=1)
    assert call(al.L1Loss(), y, 0.0)
    assert call(al.L1Loss(), y, 0.0, weight=[1.0, 2.0, 3.0])
    assert call(al.HuberLoss(), np.append(y, 0.2), 0.0, weight=[1.0, 1.0, 1.0, 0.0])  # a row of no weight tells nothing
    assert call(al.L1Loss(), two, [0.0, 0.0])  # of one output
    assert call(al.MSELoss(), np.full(3, 7.0), 0.0)  # LightGBM would predict 0
    assert "hessian" in call(al.HuberLoss(), y, 62.0, hessian="exact")[0]  # no row within delta, on both sides
    assert not call(al.L1Loss(), y, module.init_score(al.L1Loss(), y))
    assert not call(al.HuberLoss(delta=30.0), y, 25.0)  # one row within delta
    assert not call(al.MSELoss(), y, 0.0)
    assert not call(al.L1Loss(), two, [60.0, 0.0])
    assert not call(al.MSELoss(), np.full(3, 7.0), 7.0)
    assert not call(al.L1Loss(), y[:1], 0.0)  # one row
    assert not call(al.BCEWithLogitsLoss(), np.array([0.0] * 99 + [1.0]), 0.0)
    assert not call(al.BCEWithLogitsLoss(), np.zeros(3), module.init_score(al.BCEWithLogitsLoss(), np.zeros(3)))
    assert not call(al.BCEWithLogitsLoss(), np.array([[0, 1], [0, 0], [0, 1.0]]), [0.0, 0.0])  # a label that no row has
    assert not call(al.CrossEntropyLoss(), np.array([0, 1, 1]), np.zeros(4))  # classes that no row has
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        module.objective(al.L1Loss())(y, [0.0, 1.0, 0.0])  # not the first round


def test_every_recipe_of_the_docstrings():
    """All reach the error of the squared error's own objective, which starts from the mean."""
    loss, shape = al.MSELoss(), {"n_estimators": 30, "n_jobs": 1}
    start, made = on_lightgbm.init_score(loss, Y), on_lightgbm.objective(loss)
    light = lightgbm.LGBMRegressor(verbosity=-1, objective=made, **shape).fit(X, Y, init_score=np.full(len(Y), start))
    own = lightgbm.LGBMRegressor(verbosity=-1, **shape).fit(X, Y).predict(HELD_OUT)
    np.testing.assert_allclose(start + light.predict(HELD_OUT), own, rtol=1e-6)

    made = on_xgboost.objective(0.5 * loss)
    heavy = xgboost.XGBRegressor(objective=made, base_score=on_xgboost.init_score(loss, Y), **shape).fit(X, Y)
    own = xgboost.XGBRegressor(base_score=Y.mean(), **shape).fit(X, Y).predict(HELD_OUT)
    np.testing.assert_allclose(heavy.predict(HELD_OUT), own, rtol=1e-4)

    binary, logits = Y > 200, al.BCEWithLogitsLoss()
    start = on_xgboost.init_score(logits, binary)
    heavy = xgboost.XGBClassifier(
        objective=on_xgboost.objective(logits), base_score=1 / (1 + np.exp(-start)), **shape
    ).fit(X, binary)
    own = xgboost.XGBClassifier(base_score=binary.mean(), **shape).fit(X, binary)
    margins = (each.predict(HELD_OUT, output_margin=True) for each in (heavy, own))
    np.testing.assert_allclose(*margins, rtol=1e-3, atol=1e-3)

    classes = np.digitize(Y, [100, 200])
    start, many = on_lightgbm.init_score(al.CrossEntropyLoss(), classes), al.CrossEntropyLoss()
    settings = {**QUIET, "num_class": 3}
    data = lightgbm.Dataset(X, label=classes, init_score=np.tile(start, (len(classes), 1)))
    ours = lightgbm.train({**settings, "objective": on_lightgbm.objective(many)}, data, 10)
    own = lightgbm.train({**settings, "objective": "multiclass"}, lightgbm.Dataset(X, label=classes), 10)
    scores = (start + ours.predict(HELD_OUT, raw_score=True), own.predict(HELD_OUT, raw_score=True))
    np.testing.assert_allclose(*scores, rtol=1e-3, atol=1e-3)
    parameters = {"num_class": 3, "base_score": on_xgboost.init_score(many, classes).tolist(), "nthread": 1}
    model = xgboost.train(parameters, xgboost.DMatrix(X, label=classes), 10, obj=on_xgboost.objective(many))
    assert (model.predict(xgboost.DMatrix(X), output_margin=True).argmax(axis=1) == classes).mean() > 0.8
