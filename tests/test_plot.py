"""Pictures of losses: what is drawn is the loss, every loss has a picture, the commands say what is wrong."""

import re
import subprocess
import sys

import numpy as np
import pytest

import array_losses as al
from array_losses.__main__ import main
from array_losses.cli.parser import Parser
from array_losses.cli.plot import parsed, values
from array_losses.plotting.curves import curve
from array_losses.plotting.gallery import gallery
from array_losses.plotting.kinds import view_of
from array_losses.plotting.style import limits
from array_losses.plotting.terms import terms_of, titles_of

RECORDS = {record.name: record for record in al.catalog()}
FEW = 6


def lines(figure):
    """The drawn lines of the panels, (x, y) each, without the zero line."""
    panels = [axes for axes in figure.axes if axes.get_title(loc="left").partition(" ")[0] in PANELS]
    return [[line.get_data() for line in axes.lines[1:]] for axes in panels]


PANELS = ("loss", "gradient", "curvature")


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_every_loss_has_a_picture(name):
    """Finite lines that are no flat line, with the derivatives of what is drawn."""
    terms = terms_of(RECORDS[name].cls())
    view = view_of(terms)
    varied = []
    for arrays in view.cases.values():
        found = curve(terms, view, arrays, FEW)
        assert found.x.shape == found.value.shape == found.gradient.shape == found.curvature.shape == (FEW,)
        assert all(np.isfinite(each).all() for each in found)
        varied.append(np.ptp(found.value) > 1e-3)
    assert any(varied)


@pytest.mark.parametrize(
    "name", ["cross_entropy", "ctc_loss", "dice_loss", "triplet_margin_loss", "unified_focal_loss"]
)
def test_the_derivatives_are_those_of_the_line(name):
    terms = terms_of(RECORDS[name].function)
    view = view_of(terms)
    arrays = next(iter(view.cases.values()))
    middle, step = (2 * view.low + 3 * view.high) / 5, 1e-4
    found = curve(terms, view._replace(low=middle - step, high=middle + step), arrays, 3)
    assert found.gradient[1] == pytest.approx((found.value[2] - found.value[0]) / (2 * step), rel=1e-5, abs=1e-8)
    slope = (found.gradient[2] - found.gradient[0]) / (2 * step)
    assert found.curvature[1] == pytest.approx(slope, rel=1e-4, abs=1e-5)


def test_the_lines_are_those_of_the_losses():
    """Against formulas: of cross-entropy with two other classes, and of Huber, absolute and squared errors."""
    (loss,), (gradient,), (curvature,) = lines(al.plot(al.cross_entropy))
    z, value = loss
    p = np.exp(z) / (np.exp(z) + 2)
    np.testing.assert_allclose(value, -np.log(p), rtol=1e-9)
    np.testing.assert_allclose(gradient[1], p - 1, rtol=1e-7)
    np.testing.assert_allclose(curvature[1], p * (1 - p), rtol=1e-7)
    values, *_ = lines(al.plot(al.HuberLoss(delta=2.0), al.L1Loss, 0.5 * al.MSELoss()))
    r = values[0][0]
    large = 2 * np.abs(r) - 2
    for drawn, expected in zip(values, (np.where(np.abs(r) < 2, r**2 / 2, large), np.abs(r), r**2 / 2), strict=True):
        np.testing.assert_allclose(drawn[1], expected, rtol=1e-12)


def test_a_landscape_is_the_loss_of_the_shifted_box():
    figure = al.plot(al.GeneralizedBoxIoULoss(), al.CompleteBoxIoULoss())
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == [
        "generalized_box_iou_loss",
        "complete_box_iou_loss",
    ]
    shift, value = lines(figure)[0][0]
    box, true = np.asarray([[-0.5, -0.8, 0.5, 0.8]]), np.asarray([[-1.0, -1.0, 1.0, 1.0]])
    expected = [al.generalized_box_iou_loss(box + s * np.asarray([1, 0, 1, 0]), true) for s in shift]
    np.testing.assert_allclose(value, expected, rtol=1e-12)


def test_losses_of_what_is_the_same_lie_on_each_other():
    for first, second in ((al.BCELoss, al.BCEWithLogitsLoss), (al.NLLLoss, al.CrossEntropyLoss)):
        drawn = lines(al.plot(first, second))[0]
        half = len(drawn) // 2
        for one, other in zip(drawn[:half], drawn[half:], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9)


def test_settings_are_told_apart_by_the_options_that_differ():
    assert titles_of([al.FocalLoss(gamma=gamma) for gamma in (0, 2, 5)]) == [
        f"focal_loss(gamma={gamma})" for gamma in (0, 2, 5)
    ]
    assert titles_of([0.7 * al.DiceLoss() - al.CrossEntropyLoss(label_smoothing=0.1), al.mse_loss]) == [
        "0.7 dice_loss - cross_entropy(label_smoothing=0.1)",
        "mse_loss",
    ]


@pytest.mark.parametrize(
    "loss",
    [
        al.CrossEntropyLoss(weight=[1.0, 2.0, 3.0, 4.0], ignore_index=0, axis=-1),
        al.DiceLoss(activation=None, axis=-1),
        al.DiceLoss(axis=None, activation="sigmoid", include_background=True),
        al.DiceLoss(batch=True),
        al.QuantileLoss(tau=(0.1, 0.5, 0.9)),
        al.GeneralizedCrossEntropyLoss(from_logits=False),
        al.HingeLoss(labels="01", reduction="sum"),
        al.PoissonNLLLoss(log_input=False),
        al.JSDivLoss(log_input=False),
        al.KLDivLoss(log_target=True),
        al.CTCLoss(blank=1, from_logits=True),
        al.SSDLoss(background=1),
        0.5 * al.DiceLoss() + al.FocalLoss(),
        al.LovaszHingeLoss() + al.BCEWithLogitsLoss(),
    ],
    ids=lambda loss: repr(loss)[:60],
)
def test_options_that_change_what_the_arrays_hold(loss):
    terms = terms_of(loss)
    view = view_of(terms)
    for arrays in view.cases.values():
        assert np.isfinite(curve(terms, view, arrays, 6).value).all()


def test_a_pole_does_not_set_the_scale_of_an_axis():
    p = np.linspace(0.001, 0.999, 400)
    assert limits([(p, 1 / p**2)], (0.0, 1.0))[1] < 1000
    assert limits([(p, 1 / p**2)], (-np.inf, np.inf))[1] > 1e6
    assert limits([(p, 0 * p)], (0.0, 1.0)) == (-1.0, 1.0)


@pytest.mark.parametrize(
    ("losses", "options", "error", "message"),
    [
        (["mse_loss"], {}, al.DTypeError, 'plot: `loss` must be a loss of the library, .*got "mse_loss"'),
        ([al.Loss], {}, al.DTypeError, "plot: `loss` must be a loss of the library"),
        ([np.sum], {}, al.DTypeError, "plot: `loss` must be a loss of the library"),
        ([al.mse_loss, al.cross_entropy], {}, al.OptionError, "over the same thing, got mse_loss .*cross_entropy"),
        ([al.mse_loss] * 8, {}, al.OptionError, "at most 6 losses beside the first, got 7"),
        ([al.BCELoss], {"over": (-1, 2)}, al.OptionError, r"in \(0, 1\), low < high, .*got \(-1, 2\)"),
        ([al.mse_loss], {"over": (2, -2)}, al.OptionError, r"got \(2, -2\)"),
        ([al.mse_loss], {"over": "wide"}, al.OptionError, 'plot: `over` must be two finite numbers.*got "wide"'),
        ([al.mse_loss], {"over": (0, float("nan"))}, al.OptionError, "got .0, nan"),
    ],
)
def test_what_cannot_be_drawn(losses, options, error, message):
    with pytest.raises(error, match=message):
        al.plot(*losses, **options)


def test_over_sets_the_ends():
    ((x, _),) = lines(al.plot(al.mse_loss, over=(-1, 3)))[0]
    assert (x[0], x[-1]) == (-1, 3)


# --- the commands ---------------------------------------------------------------------------------------------------


def test_plot_writes_a_line_for_each_setting(tmp_path, capsys):
    path = tmp_path / "focal.svg"
    assert main(["plot", "focal_loss", "CrossEntropyLoss", "--gamma", "0,2", "--over", "-3,3", "--out", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}\n"
    text = path.read_text()
    for name in ("focal_loss(gamma=0)", "focal_loss(gamma=2)", "cross_entropy"):
        assert f"<!-- {name} -->" in text
    assert "focal_loss(gamma=5)" not in text


def test_options_are_read_as_they_are_written():
    assert parsed(Parser(), ["barron_loss", "--alpha", "-2,0,1"]).alpha == "-2,0,1"
    assert values("-2,0,1e3") == [-2, 0, 1e3]
    assert values("(0.1, 0.5),0.9") == [(0.1, 0.5), 0.9]
    assert values("true,none,sigmoid") == [True, None, "sigmoid"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["focal_los"], 'no loss "focal_los"; did you mean "focal_loss"?'),
        (["qqqqqqqqqq"], 'no loss "qqqqqqqqqq"; `python -m array_losses list` shows all'),
        (["focal_loss", "--gama", "2"], 'no option --gama; did you mean "--gamma"?'),
        (["huber_loss", "--gamma", "2"], "none of the losses has the option --gamma; "),
        (["focal_loss", "--gamma", "-1"], "gamma"),
        (["focal_loss", "--gamma", "two"], '"two"'),
        (["focal_loss", "--gamma", ""], "an option without a value"),
        (["mse_loss", "--over", "3"], "plot: `over` must be two finite numbers"),
        (["mse_loss", "--out", "no/such/folder/a.png"], "cannot write no/such/folder/a.png ("),
        (["mse_loss", "--out", "a.xyz"], "cannot write a.xyz ("),
        ([], "NAME"),
    ],
)
def test_plot_says_what_is_wrong(words, message, capsys):
    try:
        code = main(["plot", *words])
    except SystemExit as error:
        code = error.code
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert message in said.err


def test_the_gallery_shows_every_loss_of_a_task(tmp_path):
    page = gallery(tmp_path / "pictures", "sequence").read_text()
    names = [record.name for record in al.catalog("sequence")]
    assert re.findall(r'<img src="(\w+)\.svg"', page) == names
    assert all((tmp_path / "pictures" / f"{name}.svg").read_text().startswith("<?xml") for name in names)


def test_without_matplotlib_it_says_what_to_install():
    code = """
import sys
sys.modules["matplotlib"] = None
import array_losses as al
from array_losses.__main__ import main
assert main(["plot", "mse_loss"]) == main(["gallery"]) == 2
al.plot(al.mse_loss)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if 'needs matplotlib: pip install "array_losses[plot]"' in line]
    assert [line.partition(" needs")[0].split()[-1] for line in told] == ["plot", "gallery", "plot"]
