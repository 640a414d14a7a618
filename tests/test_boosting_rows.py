"""Rows are rows: scores, labels, weights, outputs and classes are never mixed up; right values by hand."""

import lightgbm
import numpy as np
import pytest
import xgboost

import array_losses as al
from array_losses.integrations import lightgbm as on_lightgbm
from array_losses.integrations import xgboost as on_xgboost

MODULES = (on_xgboost, on_lightgbm)
RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(90, 3))


def value(found):
    """The number of a metric: XGBoost gives it alone, LightGBM between name and direction."""
    return found[1] if isinstance(found, tuple) else found


# --- one weight a row ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
def test_row_weights_of_several_outputs(module):
    """Squared errors by rows (1, 4), (0, 1), (4, 0), weighted by 1, 2, 1: (5 + 2 + 4) over 4 rows of two outputs."""
    scores, labels = np.array([[1.0, 2.0], [0.0, 1.0], [2.0, 0.0]]), np.zeros((3, 2))
    weight = np.array([1.0, 2.0, 1.0])
    assert value(module.metric(al.MSELoss())(labels, scores, weight)) == pytest.approx(11 / 8)
    gradient, hessian = module.objective(al.MSELoss())(labels, scores, weight)
    assert gradient.tolist() == [[2, 4], [0, 4], [4, 0]]
    assert hessian.tolist() == [[2, 2], [4, 4], [2, 2]]


@pytest.mark.parametrize("module", MODULES)
def test_as_many_rows_as_outputs(module):
    """A square is where a weight of the rows could be taken for one of the outputs: row 0 alone has errors."""
    scores, labels = np.array([[1.0, 1.0, 1.0], [0.0] * 3, [0.0] * 3]), np.zeros((3, 3))
    for loss, alone in ((al.MSELoss(), 3.0), (al.L1Loss(), 3.0), (al.HuberLoss(), 1.5), (al.SmoothL1Loss(), 1.5)):
        for weight, expected in (
            ([2.0, 1.0, 1.0], 2 * alone / 12),
            ([0.0, 1.0, 1.0], 0.0),
            ([1.0, 1.0, 0.0], alone / 6),
        ):
            assert value(module.metric(loss)(labels, scores, weight)) == pytest.approx(expected)
    gradient, _ = module.objective(al.MSELoss())(labels, scores, [2.0, 1.0, 1.0])
    assert gradient.tolist() == [[4, 4, 4], [0] * 3, [0] * 3]


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize(
    "loss",
    [
        al.MSELoss(weight=[[1.0, 3.0, 2.0]]),
        al.HuberLoss(weight=[[1.0, 3.0, 2.0]]),
        al.L1Loss(normalizer="count", weight=[[1.0, 3.0, 2.0]]),
        al.MSELoss(normalizer=7.0),
        al.BCEWithLogitsLoss(pos_weight=[1.0, 3.0, 2.0]),
        al.SigmoidFocalLoss(),
        al.CrossEntropyLoss(weight=[1.0, 3.0, 2.0]),
        al.FocalLoss(alpha=[1.0, 3.0, 2.0], ignore_index=1),
        al.LabelSmoothingLoss(ignore_index=1),
        0.5 * al.MSELoss() + 0.25 * al.HuberLoss(weight=[[1.0, 3.0, 2.0]]),
        al.CrossEntropyLoss() + 2 * al.FocalLoss(),
    ],
    ids=repr,
)
def test_a_weight_says_how_often_a_row_is_there(module, loss):
    """The metric of weighted rows is that of the rows repeated; weights of 1 change nothing."""
    softmax = isinstance(loss.terms()[0][1], al.CrossEntropyLoss | al.FocalLoss | al.LabelSmoothingLoss)
    scores = RNG.normal(size=(8, 3))
    labels = RNG.integers(0, 3, 8) if softmax else RNG.integers(0, 2, (8, 3)).astype(float)
    times = np.array([1, 2, 0, 1, 3, 1, 0, 2])
    if getattr(loss, "normalizer", None) != 7.0:
        again = value(module.metric(loss)(np.repeat(labels, times, axis=0), np.repeat(scores, times, axis=0)))
        assert value(module.metric(loss)(labels, scores, times)) == pytest.approx(again, rel=1e-12)
    plain = float(loss(scores, labels))
    assert value(module.metric(loss)(labels, scores)) == pytest.approx(plain, rel=1e-12)
    assert value(module.metric(loss)(labels, scores, np.ones(8))) == pytest.approx(plain, rel=1e-12)


def test_xgboost_trains_several_outputs_by_rows():
    """Rows of weight 0 hold nonsense in both outputs: of the others, 1 or -1 and 2 or -2 are learnt."""
    sign = np.where(FEATURES[:, 0] > 0, 1.0, -1.0)
    truth, weight = np.stack([sign, 2 * sign], axis=1), np.ones(90)
    labels = truth.copy()
    labels[:30], weight[:30] = 1000.0, 0.0
    data = xgboost.DMatrix(FEATURES, label=labels, weight=weight)
    settings = {"disable_default_eval_metric": True, "base_score": 0.0, "nthread": 1, "reg_lambda": 0.0}
    for loss in (al.MSELoss(), al.MSELoss() + al.HuberLoss(delta=5.0)):
        record = {}
        model = xgboost.train(
            settings,
            data,
            20,
            obj=on_xgboost.objective(loss),
            custom_metric=on_xgboost.metric(loss),
            evals=[(data, "train")],
            evals_result=record,
            verbose_eval=False,
        )
        np.testing.assert_allclose(model.predict(data)[30:], truth[30:], atol=0.01)
        (found,) = record["train"].values()
        assert found[-1] < 1e-3 < found[0]


def test_lightgbm_trains_classes_by_rows():
    """One tree of each class on classes told by one feature: the columns are the classes, not rows in disguise."""
    labels = np.digitize(FEATURES[:, 0], [-0.5, 0.5])
    model = lightgbm.train(
        {"objective": on_lightgbm.objective(al.CrossEntropyLoss()), "num_class": 3, "verbosity": -1, "num_threads": 1},
        lightgbm.Dataset(FEATURES, label=labels),
        10,
    )
    assert (model.predict(FEATURES, raw_score=True).argmax(axis=1) == labels).mean() > 0.95


# --- labels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("loss", [al.CrossEntropyLoss(), al.FocalLoss(), al.LabelSmoothingLoss(), al.cross_entropy])
def test_class_ids_are_whole(module, loss):
    for bad in ([0.7, 1.0], [1.0, 1.5], [np.nan, 1.0], [0.0, np.inf]):
        for made in (module.objective(loss), module.metric(loss)):
            with pytest.raises(
                al.DomainError, match=r"`y_true` must hold class ids \(whole numbers\), got .* position"
            ):
                made(bad, np.zeros((2, 3)))
    with pytest.raises(al.DomainError, match=r"hold class ids in \[0, 3\) \(num_class = 3\), got 3 at position \(1\)"):
        module.objective(loss)([0.0, 3.0], np.zeros((2, 3)))
    with pytest.raises(al.DomainError, match=r"got -1 at position \(0\)"):
        module.metric(loss)([-1.0, 0.0], np.zeros((2, 3)))


@pytest.mark.parametrize("module", MODULES)
def test_ignored_rows_count_nothing(module):
    scores, labels = RNG.normal(size=(3, 4)), np.array([1.0, -100.0, 2.0])
    gradient, hessian = module.objective(al.CrossEntropyLoss())(labels, scores)
    assert not gradient[1].any()
    assert not hessian[1].any()
    assert (hessian[[0, 2]] > 0).all()
    kept = value(module.metric(al.CrossEntropyLoss())(labels[[0, 2]], scores[[0, 2]], [1.0, 3.0]))
    assert value(module.metric(al.CrossEntropyLoss())(labels, scores, [1.0, 9.0, 3.0])) == pytest.approx(kept)


@pytest.mark.parametrize("module", MODULES)
def test_labels_may_be_class_probabilities(module):
    """At equal scores the softmax is 1/2, and the gradient 1/2 - q."""
    gradient, _ = module.objective(al.CrossEntropyLoss())([[0.8, 0.2], [0.1, 0.9]], np.zeros((2, 2)))
    np.testing.assert_allclose(gradient, [[-0.3, 0.3], [0.4, -0.4]], atol=1e-15)


def test_labels_of_xgboost_2_are_flat():
    """It gives those of several outputs row by row; LightGBM's flat arrays are column by column and never labels."""
    scores, flat = np.zeros((3, 2)), np.arange(6.0)
    gradient, _ = on_xgboost.objective(al.MSELoss())(flat, scores)
    assert gradient.tolist() == [[0, -2], [-4, -6], [-8, -10]]
    with pytest.raises(al.ShapeError, match=r"`y_true` must have shape \(rows, outputs\) = \(3, 2\), got \(6,\)"):
        on_lightgbm.objective(al.MSELoss())(flat, scores)


@pytest.mark.parametrize("module", MODULES)
def test_one_column_is_one_output(module):
    for labels, scores in (([[1.0], [2.0]], [0.0, 0.0]), ([1.0, 2.0], [[0.0], [0.0]])):
        gradient, hessian = module.objective(al.MSELoss())(labels, scores)
        assert gradient.shape == hessian.shape == np.shape(scores)
        assert gradient.ravel().tolist() == [-2, -4]


@pytest.mark.parametrize("module", MODULES)
def test_no_rows(module):
    for labels, scores, loss in ((0, (0,), al.MSELoss()), (0, (0, 3), al.CrossEntropyLoss())):
        gradient, hessian = module.objective(loss)(np.zeros(labels), np.zeros(scores))
        assert gradient.shape == hessian.shape == scores
        assert value(module.metric(loss)(np.zeros(labels), np.zeros(scores))) == 0.0


# --- what does not fit is named -------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("loss", [al.MSELoss(), al.BCEWithLogitsLoss(), al.huber_loss, al.MSELoss() + al.L1Loss()])
def test_rows_of_different_number(module, loss):
    for made in (module.objective(loss), module.metric(loss)):
        with pytest.raises(al.ShapeError, match=r"`y_true` must have shape \(rows,\) = \(3,\), got \(2,\)"):
            made([0.0, 1.0], np.zeros(3))
        with pytest.raises(al.ShapeError, match=r"`sample_weight` must have shape \(rows,\) = \(3,\), got \(2,\)"):
            made(np.zeros(3), np.zeros(3), [1.0, 2.0])
        with pytest.raises(
            al.ShapeError, match=r"= \(3, 2\) \(a label for each score; num_class is for softmax losses"
        ):
            made(np.zeros(3), np.zeros((3, 2)))
        with pytest.raises(al.DTypeError, match="`y_true` must be a rectangular array of numbers, got a list"):
            made(["a", "b", "c"], np.zeros(3))
        with pytest.raises(al.ShapeError, match=r"`y_pred` must have shape \(rows,\) or \(rows, columns\)"):
            made(np.zeros(3), np.zeros((3, 2, 2)))
    with pytest.raises(al.ShapeError, match=r"`sample_weight` must have shape \(rows,\) = \(3,\), got \(3, 2\)"):
        module.objective(al.MSELoss())(np.zeros((3, 2)), np.zeros((3, 2)), np.ones((3, 2)))


def test_a_missing_num_class_is_named():
    labels, loss = np.arange(90) % 3, al.CrossEntropyLoss()
    expected = "`num_class` must be given to {}, at least 2.* got scores of shape \\(90,\\)"
    with pytest.raises(al.OptionError, match=expected.format("XGBoost")):
        xgboost.train({}, xgboost.DMatrix(FEATURES, label=labels), 1, obj=on_xgboost.objective(loss))
    settings = {"objective": on_lightgbm.objective(al.FocalLoss()), "verbosity": -1}
    with pytest.raises(al.OptionError, match=expected.format("LightGBM")):
        lightgbm.train(settings, lightgbm.Dataset(FEATURES, label=labels), 1)
    settings = {"objective": on_lightgbm.objective(al.MSELoss()), "num_class": 3, "verbosity": -1}
    with pytest.raises(al.ShapeError, match=r"`label` must have shape .* num_class is for softmax losses"):
        lightgbm.train(settings, lightgbm.Dataset(FEATURES, label=labels), 1)
    with pytest.raises(al.DomainError, match=r"`label` must hold class ids in \[0, 2\) \(num_class = 2\), got 2"):
        xgboost.train({"num_class": 2}, xgboost.DMatrix(FEATURES, label=labels), 1, obj=on_xgboost.objective(loss))


@pytest.mark.parametrize("module", MODULES)
def test_the_classes_are_the_second_axis(module):
    with pytest.raises(al.OptionError, match="`axis` must be 1 or -1"):
        module.objective(al.CrossEntropyLoss(axis=0))
    scores = RNG.normal(size=(3, 3))
    last, second = (module.objective(al.CrossEntropyLoss(axis=axis))([0, 1, 2], scores) for axis in (-1, 1))
    np.testing.assert_array_equal(last, second)
