"""Boosting with our losses: real XGBoost and LightGBM reach what their own objectives reach."""

import lightgbm
import numpy as np
import pytest
import xgboost
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.metrics import accuracy_score, log_loss, mean_absolute_error, mean_squared_error
from sklearn.model_selection import train_test_split

import array_losses as al
from array_losses.integrations import lightgbm as on_lightgbm
from array_losses.integrations import xgboost as on_xgboost

ROUNDS = 40


def data(load):
    x, y = load(return_X_y=True)
    return train_test_split(x, y, test_size=0.3, random_state=0)


CANCER, DIGITS, DIABETES = data(load_breast_cancer), data(load_digits), data(load_diabetes)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def by_xgboost(parts, objective, weight=None, **options):
    """Raw scores of the held-out rows."""
    x, held_out, y, _ = parts
    train = xgboost.DMatrix(x, label=y, weight=weight)
    own = isinstance(objective, str)
    settings = {
        "max_depth": 3,
        "learning_rate": 0.3,
        "base_score": 0.0 if not own or objective.startswith("reg") else 0.5,
        "min_child_weight": 0,
        "reg_lambda": 1e-6,
        "nthread": 1,
        **options,
    }
    if own:
        settings["objective"] = objective
    else:
        settings["disable_default_eval_metric"] = True
    model = xgboost.train(settings, train, ROUNDS, obj=None if own else objective)
    return model.predict(xgboost.DMatrix(held_out), output_margin=True)


def by_lightgbm(parts, objective, weight=None, **options):
    x, held_out, y, _ = parts
    settings = {
        "objective": objective,
        "verbosity": -1,
        "num_leaves": 8,
        "boost_from_average": False,
        "num_threads": 1,
        "min_sum_hessian_in_leaf": 0,
        "deterministic": True,
        **options,
    }
    model = lightgbm.train(settings, lightgbm.Dataset(x, label=y, weight=weight), ROUNDS)
    return model.predict(held_out, raw_score=True)


@pytest.mark.parametrize("loss", [al.binary_cross_entropy_with_logits, al.BCEWithLogitsLoss()])
def test_binary_reaches_the_built_in_objective(loss):
    truth = CANCER[3]
    for boost, made, own in (
        (by_xgboost, on_xgboost.objective(loss), "binary:logistic"),
        (by_lightgbm, on_lightgbm.objective(loss), "binary"),
    ):
        ours, theirs = (log_loss(truth, sigmoid(boost(CANCER, each))) for each in (made, own))
        assert theirs < 0.15
        assert ours == pytest.approx(theirs, abs=1e-3)


def test_multiclass_reaches_the_built_in_objective():
    truth, loss = DIGITS[3], al.CrossEntropyLoss()
    for boost, made, own in (
        (by_xgboost, on_xgboost.objective(loss), "multi:softprob"),
        (by_lightgbm, on_lightgbm.objective(loss), "multiclass"),
    ):
        ours, theirs = (log_loss(truth, softmax(boost(DIGITS, each, num_class=10))) for each in (made, own))
        assert theirs < 0.3
        assert ours == pytest.approx(theirs, abs=1e-3)


def test_regression_reaches_the_built_in_objective():
    truth, loss = DIABETES[3], al.mse_loss
    for boost, made, own in (
        (by_xgboost, on_xgboost.objective(loss), "reg:squarederror"),
        (by_lightgbm, on_lightgbm.objective(loss), "regression"),
    ):
        ours, theirs = (mean_squared_error(truth, boost(DIABETES, each)) for each in (made, own))
        assert theirs < np.var(truth)
        assert ours == pytest.approx(theirs, rel=1e-3)


def test_focal_losses_train_well():
    for boost, module in ((by_xgboost, on_xgboost), (by_lightgbm, on_lightgbm)):
        binary = boost(CANCER, module.objective(al.SigmoidFocalLoss(alpha=None)))
        assert accuracy_score(CANCER[3], binary > 0) > 0.93
        many = boost(DIGITS, module.objective(al.FocalLoss()), num_class=10)
        assert accuracy_score(DIGITS[3], many.argmax(axis=1)) > 0.9


def test_robust_regression_trains_well():
    """With gross errors in the labels, Huber's loss leaves the squared error behind."""
    x, held_out, y, truth = DIABETES
    rng = np.random.default_rng(0)
    spoilt = np.where(rng.random(len(y)) < 0.1, y + 3000, y)
    parts = (x, held_out, spoilt, truth)
    for boost, module in ((by_xgboost, on_xgboost), (by_lightgbm, on_lightgbm)):
        squared = mean_absolute_error(truth, boost(parts, module.objective(al.MSELoss())))
        for loss in (al.HuberLoss(delta=30.0), al.SmoothL1Loss(beta=30.0)):
            robust = mean_absolute_error(truth, boost(parts, module.objective(loss), learning_rate=0.5))
            assert robust < 0.7 * squared
            assert robust < np.mean(np.abs(truth - np.median(y)))


def test_sample_weights_are_honoured():
    """A weight of 2 is a row twice; a weight of 0 no row."""
    _, _, y, truth = CANCER
    weight = np.random.default_rng(0).integers(0, 3, len(y)).astype(float)
    scores = np.linspace(-2, 2, len(y))
    for module in (on_xgboost, on_lightgbm):
        made = module.objective(al.BCEWithLogitsLoss())
        for weighted, plain in zip(made(y, scores, weight), made(y, scores), strict=True):
            np.testing.assert_allclose(weighted[weight > 0], (weight * plain)[weight > 0], rtol=1e-12)
    ours = log_loss(truth, sigmoid(by_xgboost(CANCER, on_xgboost.objective(al.BCEWithLogitsLoss()), weight=weight)))
    theirs = log_loss(truth, sigmoid(by_xgboost(CANCER, "binary:logistic", weight=weight)))
    assert ours == pytest.approx(theirs, abs=1e-3)


def test_scikit_learn_interfaces_and_metrics():
    x, held_out, y, truth = CANCER
    loss = al.BCEWithLogitsLoss()
    model = xgboost.XGBClassifier(
        n_estimators=5,
        n_jobs=1,
        objective=on_xgboost.objective(loss),
        eval_metric=on_xgboost.metric(loss),
        base_score=0.0,
    )
    model.fit(x, y, sample_weight=np.ones(len(y)), eval_set=[(held_out, truth)], verbose=False)
    found = model.evals_result()["validation_0"]["binary_cross_entropy_with_logits"]
    raw = model.predict(held_out, output_margin=True)
    assert found[-1] == pytest.approx(float(loss(raw.astype(float), truth)), rel=1e-5)
    assert found == sorted(found, reverse=True)
    other = lightgbm.LGBMClassifier(n_estimators=5, n_jobs=1, objective=on_lightgbm.objective(loss), verbosity=-1)
    other.fit(x, y, sample_weight=np.ones(len(y)), eval_X=held_out, eval_y=truth, eval_metric=on_lightgbm.metric(loss))
    found = other.evals_result_["valid_0"]["binary_cross_entropy_with_logits"]
    raw = other.predict(held_out, raw_score=True)
    assert found[-1] == pytest.approx(float(loss(raw, truth)), rel=1e-5)


def test_mistakes():
    with pytest.raises(al.OptionError, match="must be a pointwise or softmax loss"):
        on_xgboost.objective(al.DiceLoss())
    with pytest.raises(al.OptionError, match='`hessian` must be "auto", "exact" or "bound", got "diagonal"'):
        on_lightgbm.objective(al.MSELoss(), hessian="diagonal")
    with pytest.raises(al.OptionError, match=r"scores of shape \(rows, classes\)"):
        on_xgboost.objective(al.CrossEntropyLoss())(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
