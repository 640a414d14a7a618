"""Objectives and metrics are values: repr, ==, hash, pickle, scikit-learn's clone and processes; sums of losses too."""

import copy
import doctest
import io
import pickle

import joblib
import lightgbm
import numpy as np
import pytest
import xgboost
from sklearn.base import clone
from sklearn.datasets import load_diabetes
from sklearn.model_selection import cross_val_score

import array_losses as al
from array_losses.integrations import lightgbm as on_lightgbm
from array_losses.integrations import xgboost as on_xgboost

MODULES = (on_xgboost, on_lightgbm)
SUM = 0.5 * al.MSELoss() + al.HuberLoss(delta=30.0)
X, Y = load_diabetes(return_X_y=True)


def estimators(loss):
    yield xgboost.XGBRegressor(
        n_estimators=5,
        n_jobs=1,
        base_score=150.0,
        objective=on_xgboost.objective(loss),
        eval_metric=on_xgboost.metric(loss),
    )
    yield lightgbm.LGBMRegressor(
        n_estimators=5, n_jobs=1, verbosity=-1, objective=on_lightgbm.objective(loss, hessian="bound")
    )


@pytest.mark.parametrize("module", MODULES)
def test_they_say_what_they_are(module):
    assert repr(module.objective(al.HuberLoss(delta=2.0), hessian="bound")) == (
        "objective(HuberLoss(delta=2.0), hessian='bound')"
    )
    assert repr(module.objective(al.mse_loss)) == "objective(mse_loss)"
    assert repr(module.objective(SUM)) == f"objective({SUM!r})"
    assert repr(module.metric(al.L1Loss())) == "metric(L1Loss())"


@pytest.mark.parametrize("module", MODULES)
def test_they_are_compared_by_value(module):
    makers = [
        lambda: module.objective(al.HuberLoss(delta=2.0)),
        lambda: module.objective(al.HuberLoss(delta=2.0), hessian="exact"),
        lambda: module.objective(al.HuberLoss(delta=3.0)),
        lambda: module.objective(SUM),
        lambda: module.objective(al.mse_loss),
        lambda: module.metric(al.HuberLoss(delta=2.0)),
        lambda: module.metric(SUM),
    ]
    made = [maker() for maker in makers]
    assert len(set(made)) == len(makers)
    for one, maker in zip(made, makers, strict=True):
        for other in (maker(), pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):
            assert one == other
            assert hash(one) == hash(other)
        with pytest.raises(AttributeError):
            one.loss = al.MSELoss()
    other = on_lightgbm if module is on_xgboost else on_xgboost
    assert module.objective(al.MSELoss()) != other.objective(al.MSELoss())  # of softmax losses, their Hessians differ


@pytest.mark.parametrize("loss", [al.HuberLoss(delta=30.0), al.mse_loss, SUM], ids=["object", "function", "sum"])
def test_fitted_estimators_are_dumped_and_cloned(loss):
    for estimator in estimators(loss):
        fitted = estimator.fit(X, Y)
        buffer = io.BytesIO()
        joblib.dump(fitted, buffer)
        buffer.seek(0)
        loaded = joblib.load(buffer)
        np.testing.assert_array_equal(loaded.predict(X), fitted.predict(X))
        assert loaded.get_params()["objective"] == fitted.get_params()["objective"]
        assert clone(fitted).get_params()["objective"] == fitted.get_params()["objective"]
        np.testing.assert_array_equal(clone(loaded).fit(X, Y).predict(X), fitted.predict(X))


def test_processes_share_them():
    for estimator in estimators(SUM):
        alone, shared = (cross_val_score(estimator, X, Y, cv=2, n_jobs=jobs) for jobs in (1, 2))
        np.testing.assert_array_equal(alone, shared)


# --- sums of losses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
def test_a_sum_has_the_sums_of_its_terms(module):
    """d = -4 and 1: half the squared error has d and 1, Huber's loss of delta 2 has clip(d) and, as a bound, 1."""
    labels, scores = np.array([4.0, 0.0]), np.array([0.0, 1.0])
    gradient, hessian = module.objective(0.5 * al.MSELoss() + al.HuberLoss(delta=2.0))(labels, scores)
    assert gradient.tolist() == [-6, 2]
    assert hessian.tolist() == [2, 2]
    _, exact = module.objective(0.5 * al.MSELoss() + al.HuberLoss(delta=2.0), hessian="exact")(labels, scores)
    assert exact.tolist() == [1, 2]  # beyond delta Huber's loss is straight
    gradient, hessian = module.objective(0.5 * al.MSELoss() + 3 * al.L1Loss())(labels, scores)
    assert gradient.tolist() == [-7, 4]
    assert hessian.tolist() == [4, 4]


@pytest.mark.parametrize("module", MODULES)
def test_each_term_has_its_own_curvature(module):
    """Logits have their second derivative, p (1 - p) = 1/4 at 0, beside the bound of a regression loss."""
    labels, scores = np.array([1.0, 0.0, 1.0]), np.zeros(3)
    _, hessian = module.objective(al.BCEWithLogitsLoss() + 0.5 * al.HuberLoss(delta=0.1))(labels, scores)
    assert hessian.tolist() == [0.75] * 3
    sums = module.objective(al.CrossEntropyLoss() + 2 * al.FocalLoss(gamma=0.0))
    ids, wide = np.array([0, 1]), np.array([[0.3, -1.0, 0.0], [0.0, 2.0, 1.0]])
    for both, alone in zip(sums(ids, wide), module.objective(al.CrossEntropyLoss())(ids, wide), strict=True):
        np.testing.assert_allclose(both, 3 * alone, rtol=1e-9)


def test_sums_train_as_what_they_are_equal_to():
    """Two thirds and one third of a loss are that loss."""
    whole = lightgbm.LGBMRegressor(
        n_estimators=5, n_jobs=1, verbosity=-1, objective=on_lightgbm.objective(al.MSELoss())
    )
    parts = clone(whole).set_params(objective=on_lightgbm.objective(0.75 * al.MSELoss() + 0.25 * al.MSELoss()))
    np.testing.assert_allclose(parts.fit(X, Y).predict(X), whole.fit(X, Y).predict(X), rtol=1e-9)


def test_sums_name_their_metrics():
    """Names go through XGBoost's lines of text whole, where blanks and colons would cut them."""
    loss = 0.25 * al.MSELoss() + al.HuberLoss(delta=30.0) + -1e-7 * al.L1Loss()
    name = "0.25*mse_loss+huber_loss+-1e-07*l1_loss"
    assert on_xgboost.metric(loss).__name__ == on_lightgbm.metric(loss)(Y, Y)[0] == name
    record, data = {}, xgboost.DMatrix(X, label=Y)
    settings = {"disable_default_eval_metric": True, "nthread": 1, "base_score": 150.0}
    xgboost.train(
        settings,
        data,
        3,
        obj=on_xgboost.objective(loss),
        custom_metric=on_xgboost.metric(loss),
        evals=[(data, "train")],
        evals_result=record,
        verbose_eval=False,
    )
    (found,) = record["train"].items()
    assert found[0] == name
    assert found[1] == sorted(found[1], reverse=True)
    assert on_xgboost.metric(al.HuberLoss()).__name__ == "huber_loss"


# --- what no model can be trained on --------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
def test_losses_of_probabilities_are_refused(module):
    for loss, other in (
        (al.BCELoss(), "BCEWithLogitsLoss"),
        (al.binary_cross_entropy, "BCEWithLogitsLoss"),
        (al.NLLLoss(), "CrossEntropyLoss"),
        (al.nll_loss, "CrossEntropyLoss"),
        (al.BCELoss() + al.BCEWithLogitsLoss(), "BCEWithLogitsLoss"),
        (0.5 * al.NLLLoss() + al.CrossEntropyLoss(), "CrossEntropyLoss"),
    ):
        for make in (module.objective, lambda loss: module.init_score(loss, [0, 1])):
            with pytest.raises(al.OptionError, match=rf"`loss` must read raw scores, as al.{other}\(\) does"):
                make(loss)


def test_a_metric_of_probabilities_goes_with_a_built_in_objective():
    labels, record = (Y > 150).astype(float), {}
    data = lightgbm.Dataset(X, label=labels)
    settings = {"objective": "binary", "metric": "binary_logloss", "verbosity": -1, "num_threads": 1}
    watch = lightgbm.record_evaluation(record)
    made = on_lightgbm.metric(al.BCELoss())
    lightgbm.train(settings, data, 5, valid_sets=[data], feval=made, callbacks=[watch])
    (found,) = record.values()
    np.testing.assert_allclose(found["binary_cross_entropy"], found["binary_logloss"], rtol=1e-9)
    with pytest.raises(al.DomainError, match="binary_cross_entropy: `input` must hold values"):
        made(labels, np.full(len(Y), -0.5))
    with pytest.raises(al.OptionError, match="metric: `loss` must read raw scores"):
        on_lightgbm.metric(al.NLLLoss())  # no framework gives log-probabilities


@pytest.mark.parametrize("module", MODULES)
def test_what_is_no_objective(module):
    for loss in (al.DiceLoss(), al.MSELoss() + al.DiceLoss(), al.linear_cross_entropy, al.SSDLoss(), 3, "mse_loss"):
        for make in (module.objective, module.metric):
            with pytest.raises(al.OptionError, match="`loss` must be a pointwise or softmax loss of array_losses"):
                make(loss)
    with pytest.raises(
        al.OptionError, match=r"pointwise losses only, or softmax losses only, got a MSELoss \+ a Cross"
    ):
        module.objective(al.MSELoss() + al.CrossEntropyLoss())
    for loss in (al.BCEWithLogitsLoss(), al.SigmoidFocalLoss(), al.MSELoss() + al.BCEWithLogitsLoss()):
        with pytest.raises(al.OptionError, match='`hessian` must be "auto" or "exact" for a loss of logits'):
            module.objective(loss, hessian="bound")


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_are_true(module):
    found = doctest.testmod(module)
    assert found.attempted
    assert found.failed == 0
