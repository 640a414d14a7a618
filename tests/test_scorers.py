"""Losses as scikit-learn scorers, beside scikit-learn's own metrics."""

import doctest
import pickle

import numpy as np
import pytest
import sklearn
from sklearn import metrics
from sklearn.datasets import load_diabetes, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import array_losses as al
from array_losses.integrations import sklearn as bridge
from array_losses.integrations.sklearn import as_scorer

X, Y = (each[:300] for each in load_digits(return_X_y=True))
X = X / 16
WORDS = np.array(list("jihgfedcba"))[Y]
BINARY = np.where(Y > 4, "b", "a")
W = np.random.default_rng(0).uniform(size=300)
CE = al.CrossEntropyLoss()


@pytest.fixture(scope="module")
def classes():
    return LogisticRegression(C=0.1).fit(X, WORDS)


@pytest.fixture(scope="module")
def two():
    return LogisticRegression(C=0.1).fit(X, BINARY)


@pytest.mark.parametrize("response", ["predict_proba", "decision_function"])
def test_cross_entropy_is_the_log_loss(response):
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1))
    found = cross_val_score(model, X, WORDS, scoring=as_scorer(CE, response), cv=3)
    np.testing.assert_allclose(found, cross_val_score(model, X, WORDS, scoring="neg_log_loss", cv=3))


def test_probabilities_of_0_cost_what_they_cost_in_scikit_learn():
    model = RandomForestClassifier(5, random_state=0).fit(X[:150], Y[:150])
    wanted = metrics.log_loss(Y[150:], model.predict_proba(X[150:]))
    np.testing.assert_allclose(as_scorer(CE)(model, X[150:], Y[150:]), -wanted)
    assert wanted > 1


def test_a_grid_search_finds_the_model_that_the_log_loss_finds():
    """Of the digits, with weights, beside other scorers."""
    ours = {"ours": as_scorer(CE), "focal": as_scorer(al.FocalLoss()), "theirs": "neg_log_loss"}
    search = GridSearchCV(LogisticRegression(), {"C": [0.001, 1.0, 1000.0]}, scoring=ours, refit="ours", cv=3)
    search.fit(X, Y, sample_weight=W)
    results = search.cv_results_
    np.testing.assert_allclose(results["mean_test_ours"], results["mean_test_theirs"])
    assert search.best_index_ == np.argmax(results["mean_test_theirs"]) > 0
    x, y = load_digits(return_X_y=True)
    theirs = LogisticRegression(**search.best_params_).fit(X, Y, sample_weight=W)
    assert search.score(x[300:] / 16, y[300:]) == pytest.approx(as_scorer(CE)(theirs, x[300:] / 16, y[300:]))
    assert search.best_estimator_.score(x[300:] / 16, y[300:]) == theirs.score(x[300:] / 16, y[300:]) > 0.85


@pytest.mark.parametrize(
    ("loss", "response", "metric"),
    [
        (al.BCELoss(), "predict_proba", metrics.log_loss),
        (al.BCEWithLogitsLoss(), "predict_proba", metrics.log_loss),
        (al.BCEWithLogitsLoss(), "decision_function", metrics.log_loss),
        (al.SoftMarginLoss(), "predict_proba", metrics.log_loss),
        (CE, "predict_proba", metrics.log_loss),
        (CE, "decision_function", metrics.log_loss),
        (al.NLLLoss(), "predict_proba", metrics.log_loss),
        (al.SoftCrossEntropyLoss(), "predict_proba", metrics.log_loss),
        (0.5 * al.BCELoss() + 0.5 * CE, "predict_proba", metrics.log_loss),
        (al.MSELoss(), "predict_proba", metrics.brier_score_loss),
        (al.HingeLoss(), "decision_function", metrics.hinge_loss),
    ],
)
@pytest.mark.parametrize("weight", [None, W])
def test_two_classes(loss, response, metric, weight, two):
    scores = getattr(two, "decision_function" if metric is metrics.hinge_loss else "predict_proba")(X)
    scores = scores if scores.ndim == 1 else scores[:, 1]
    wanted = metric(BINARY == "b", scores, sample_weight=weight)
    np.testing.assert_allclose(as_scorer(loss, response)(two, X, BINARY, sample_weight=weight), -wanted)


@pytest.mark.parametrize(
    ("loss", "response", "message"),
    [
        (al.HingeLoss(), "predict_proba", '`response` must be "decision_function" for HingeLoss'),
        (al.MultiMarginLoss(), "predict_proba", '`response` must be "decision_function" for MultiMarginLoss'),
        (al.BCELoss(), "decision_function", '`response` must be "predict_proba" for BCELoss, which reads probab'),
        (al.NLLLoss(), "decision_function", '`response` must be "predict_proba" for NLLLoss'),
        (CE, "predict", '`response` must be "predict_proba" or "decision_function" for CrossEntropyLoss'),
        (al.DiceLoss(), "predict_proba", "`loss` must be a loss of classes or of 0/1 labels for a classifier"),
    ],
)
def test_what_a_loss_cannot_read(loss, response, message, two):
    with pytest.raises(al.OptionError, match=message):
        as_scorer(loss, response)(two, X, BINARY)


def test_wrong_estimators_and_labels(classes):
    with pytest.raises(al.OptionError, match=r"be a loss of classes such as CrossEntropyLoss\(\) for 10 classes"):
        as_scorer(al.BCELoss())(classes, X, WORDS)
    with pytest.raises(al.DomainError, match=r"`y` must hold classes that the estimator was .* \['a', .* got \"q\" at"):
        as_scorer(CE)(classes, X, np.where(Y == 3, "q", WORDS))
    with pytest.raises(al.ShapeError, match="`y` must have a label for each of 300 rows, got 299"):
        as_scorer(CE)(classes, X, WORDS[:-1])
    with pytest.raises(al.OptionError, match='be "predict" or "decision_function", which SVC has, got "predict_proba"'):
        as_scorer(CE)(SVC().fit(X, Y), X, Y)
    with pytest.raises(al.ShapeError, match="give a column for each of 10 classes, got shape"):
        as_scorer(CE, "decision_function")(SVC(decision_function_shape="ovo").fit(X, Y), X, Y)
    with pytest.raises(al.OptionError, match="be a loss of numbers for an estimator without classes"):
        as_scorer(CE, "predict")(Ridge().fit(X, Y), X, Y)
    with pytest.raises(al.DTypeError, match="`y` must hold numbers"):
        as_scorer(al.MSELoss(), "predict")(Ridge().fit(X, Y), X, WORDS)


@pytest.mark.parametrize(
    ("loss", "response", "message"),
    [
        (al.mse_loss, "predict", r"must be a loss object, got the function mse_loss; write MSELoss\(\)"),
        (al.MSELoss(), "predict_probability", '`response` must be "predict_proba", "predict" or'),
        (al.MSELoss(reduction="none"), "predict", "`loss` must have reduction='mean' or"),
        (al.GaussianNLLLoss(), "predict", "take two arrays, predictions and targets, got GaussianNLLLoss of input, t"),
    ],
)
def test_what_makes_no_scorer(loss, response, message):
    with pytest.raises((al.OptionError, al.DTypeError), match=f"as_scorer: .*{message}"):
        as_scorer(loss, response)


def test_class_weights_and_sample_weights(classes):
    """A sample of weight 2 is as good as the sample twice."""
    weighted, weight = al.CrossEntropyLoss(weight=np.arange(1.0, 11)), np.repeat([1.0, 2.0], 150)
    twice = np.r_[np.arange(300), np.arange(150, 300)]
    for loss in (weighted, CE, al.FocalLoss(alpha=np.arange(1.0, 11)), CE + 0.5 * weighted):
        scorer = as_scorer(loss)
        wanted = scorer(classes, X[twice], WORDS[twice])
        np.testing.assert_allclose(scorer(classes, X, WORDS, sample_weight=weight), wanted)
        assert abs(wanted - scorer(classes, X, WORDS)) > 1e-3


def test_weights_are_routed():
    with sklearn.config_context(enable_metadata_routing=True):
        model, weight = LogisticRegression(C=0.1).set_fit_request(sample_weight=False), {"sample_weight": W}
        theirs = metrics.make_scorer(metrics.log_loss, greater_is_better=False, response_method="predict_proba")
        found, wanted = (
            cross_val_score(model, X, Y, scoring=each.set_score_request(sample_weight=True), cv=3, params=weight)
            for each in (as_scorer(CE), theirs)
        )
    np.testing.assert_allclose(found, wanted)


def test_several_labels():
    labels = np.stack([Y > 4, Y % 2, 0 * Y], axis=1).astype(int)
    model = RandomForestClassifier(5, random_state=0).fit(X[:150], labels[:150])
    columns = model.predict_proba(X[150:])
    probabilities = np.stack([columns[0][:, 1], columns[1][:, 1], np.zeros(150)], axis=1)
    wanted = al.mse_loss(probabilities, labels[150:].astype(float))
    np.testing.assert_allclose(as_scorer(al.MSELoss())(model, X[150:], labels[150:]), -wanted)
    with pytest.raises(al.OptionError, match="0/1 labels such as BCEWithLogitsLoss"):
        as_scorer(CE)(model, X[150:], labels[150:])


def test_regression():
    x, y = load_diabetes(return_X_y=True)
    scorers = {"ours": as_scorer(al.MSELoss(), "predict"), "pinball": as_scorer(al.QuantileLoss(tau=0.9), "predict")}
    own = metrics.make_scorer(metrics.mean_pinball_loss, greater_is_better=False, alpha=0.9)
    theirs = {"their": "neg_mean_squared_error", "their_pinball": own}
    found = cross_validate(Ridge(), x, y[:, None], scoring=scorers | theirs, cv=3, n_jobs=1)
    np.testing.assert_allclose(found["test_ours"], found["test_their"])
    np.testing.assert_allclose(found["test_pinball"], found["test_their_pinball"])


def test_the_examples_are_true():
    assert doctest.testmod(bridge).attempted > 5
    assert doctest.testmod(bridge).failed == 0


def test_a_scorer_is_a_value():
    scorer = as_scorer(al.HuberLoss(delta=2.0), "predict")
    other = pickle.loads(pickle.dumps(scorer))
    assert other.get_params() == scorer.get_params()
    assert repr(scorer) == "LossScorer(loss=HuberLoss(delta=2.0), response='predict')"
    assert repr(sklearn.base.clone(scorer)) == repr(scorer)
