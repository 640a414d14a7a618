"""torch's own functions stand in for plain calls: they equal the formulas, and step aside where they would not."""

import pytest
import torch

import array_losses as al
from array_losses.evaluation.torch import delegation
from array_losses.evaluation.torch.executor import TorchExecutor
from array_losses.families.classwise import Classwise
from array_losses.families.function import family_of
from array_losses.families.pointwise import Pointwise

X = torch.tensor([[0.5, -2.0, 0.0], [1.0, 3.0, -1.0]], dtype=torch.float64)
Y = torch.tensor([[0.5, 1.0, 0.25], [-1.0, 2.5, 2.0]], dtype=torch.float64)
IDS = torch.tensor([2, 0])
ARRAYS = {
    delegation.is_alike: (X, Y),
    delegation.gathered: (X, IDS),
    delegation.has_short_gradient: (X, Y),
    delegation.is_final_or_inside: (X.sigmoid(), Y.sigmoid()),
    delegation.softmaxed: (X, IDS),
}
SHORT = [
    record.function
    for record in al.catalog()
    if (family := family_of(record.function)).derivative and isinstance(family, Pointwise | Classwise)
]
OPTIONS = {
    "cross_entropy": {"label_smoothing": 0.25},
    "label_smoothing_loss": {"smoothing": 0},
    "huber_loss": {"delta": 0.5},
    "smooth_l1_loss": {"beta": 2},
    "sigmoid_focal_loss": {"gamma": 1.5, "alpha": 0.25},
    "focal_loss": {"gamma": 0.5},
    "binary_cross_entropy": {"label_smoothing": 0.5},
    "binary_cross_entropy_with_logits": {"label_smoothing": 0.5},
}


def derivatives(loss, x, *arrays, **options):
    """The value, its gradient, once more, as it is differentiated, and the derivative of that."""
    leaf = x.clone().requires_grad_()
    value = loss(leaf, *arrays, **options)
    first, again = (torch.autograd.grad(3 * value.sum(), leaf, retain_graph=True)[0] for _ in range(2))
    (slope,) = torch.autograd.grad(value.sum(), leaf, create_graph=True)
    (twice,) = torch.autograd.grad((slope * slope).sum(), leaf)
    return value.detach(), first, again, slope.detach(), twice


def gradient(loss, *arrays, **options):
    x = arrays[0].clone().requires_grad_()
    value = loss(x, *arrays[1:], **options)
    (slope,) = torch.autograd.grad(value.sum(), x)
    return value.detach(), slope


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", delegation.LOSSES)
@pytest.mark.parametrize("with_options", [False, True])
def test_equals_the_formula(name, reduction, with_options, monkeypatch):
    loss, called, native = getattr(al, name), [], delegation.LOSSES[name]
    assert family_of(loss).signature.name == name
    options = OPTIONS.get(name, {}) if with_options and native.options else {}
    arrays = ARRAYS[native.fits]
    spied = lambda *given, **options: called.append(name) or native.function(*given, **options)  # noqa: E731
    monkeypatch.setitem(delegation.LOSSES, name, native._replace(function=spied))
    of = gradient if native.slope is None else derivatives
    found = loss(*arrays, reduction=reduction, **options), *of(loss, *arrays, reduction=reduction, **options)
    assert len(called) == 2
    monkeypatch.setattr(TorchExecutor, "delegate", lambda *_: None)
    portable = of(loss, *arrays, reduction=reduction, **options)
    portable = portable[0], *portable
    for a, b in zip(found, portable, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("spoiled", ["input", "target"])
@pytest.mark.parametrize("value", [-0.5, 1.5])
def test_probabilities_outside_their_domain_are_refused_in_our_words(spoiled, value):
    given = {"input": X.sigmoid(), "target": Y.sigmoid()}
    given[spoiled][0, 1] = value
    with pytest.raises(al.DomainError, match=f"binary_cross_entropy: `{spoiled}` must hold values in"):
        al.binary_cross_entropy(given["input"], given["target"])
    given[spoiled][0, 1] = float("nan")
    assert al.binary_cross_entropy(given["input"], given["target"]).isnan()


OF_CLASSES = {
    "weights": {"weight": torch.tensor([0.5, 0.0, 2.0], dtype=torch.float64)},
    "a class ignored": {"ignore_index": 2},
    "an id ignored": {"ignore_index": 255},
    "both": {"ignore_index": 0, "weight": torch.tensor([0.5, 1.0, 2.0], dtype=torch.float64)},
}


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32, torch.uint8], ids=str)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("given", OF_CLASSES)
@pytest.mark.parametrize("name", [name for name, each in delegation.LOSSES.items() if each.arrays])
def test_weights_and_ignored_ids_equal_the_formula(name, given, reduction, dtype, monkeypatch):
    loss, called, native = getattr(al, name), [], delegation.LOSSES[name]
    ids = torch.tensor([2, 0, 255 if given == "an id ignored" else 1, 2], dtype=dtype)
    options = OF_CLASSES[given] | {"reduction": reduction}

    def spied(*given, **options):
        called.append(native.function(*given, **options))
        return called[-1]

    monkeypatch.setitem(delegation.LOSSES, name, native._replace(function=spied))
    short = gradient(loss, torch.cat([X, Y]), ids, **options)
    assert called[0] is not None
    monkeypatch.setattr(TorchExecutor, "delegate", lambda *_: None)
    for a, b in zip(short, gradient(loss, torch.cat([X, Y]), ids, **options), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-13, atol=1e-15)


def test_weights_by_position(monkeypatch):
    w = torch.tensor([0.5, 1.0, 2.0], dtype=torch.float64)
    wanted = al.cross_entropy(X, IDS, weight=w)
    monkeypatch.setattr(family_of(al.cross_entropy), "call", lambda *_, **__: pytest.fail("the long way"))
    assert al.cross_entropy(X, IDS, w) == wanted
    with pytest.raises(al.errors.ArgumentError, match="takes 2 positional arguments"):
        al.huber_loss(X, Y, Y)


@pytest.mark.parametrize(
    ("arrays", "options"),
    [
        ((X, Y.float()), {}),
        ((X, Y.numpy()), {}),
        ((X.half(), Y.half()), {}),
        ((X[:0], Y[:0]), {}),
        ((X, Y), {"reduction": "sums"}),
        ((X, Y), {"weight": Y.abs()}),
        ((X, Y), {"normalizer": 2}),
        ((X, Y), {"sample_weight": IDS.double()}),
        ((X, Y), {"where": Y > 0}),
    ],
    ids=["dtypes", "host data", "half", "nothing", "sums", "weights", "normalizer", "sample weights", "where"],
)
def test_steps_aside(arrays, options, monkeypatch):
    refuse(monkeypatch, "mse_loss")
    al.mse_loss(*arrays, **options)


def refuse(monkeypatch, name):
    failing = delegation.LOSSES[name]._replace(function=lambda *_, **__: pytest.fail("called"))
    monkeypatch.setitem(delegation.LOSSES, name, failing)


def test_torch_is_not_asked_for_images_in_another_order(monkeypatch):
    """It has no derivative for them."""
    refuse(monkeypatch, "nll_loss")
    images = torch.zeros(2, 3, 4, 5).to(memory_format=torch.channels_last)
    al.nll_loss(images, torch.zeros(2, 4, 5, dtype=torch.int64))


@pytest.mark.parametrize("p", [0.0, 1e-12, 1 - 1e-13, 1.0])
def test_torch_is_not_asked_for_the_derivative_at_a_probability_near_0_or_1(p, monkeypatch):
    """There it divides by another number."""
    refuse(monkeypatch, "binary_cross_entropy")
    x, y = torch.tensor([p, 0.5], dtype=torch.float64), torch.tensor([round(p), 0.25], dtype=torch.float64)
    slope = gradient(al.binary_cross_entropy, x, y, reduction="sum")[1]
    assert slope[0] == pytest.approx(-1 / p if y[0] else 1 / (1 - p))


def test_torch_is_not_asked_for_the_gradient_of_many_distances(monkeypatch):
    refuse(monkeypatch, "l1_loss")
    x = torch.linspace(-1, 1, 1 << 18)
    value, slope = gradient(al.l1_loss, x, torch.zeros_like(x), reduction="sum")
    torch.testing.assert_close(value, x.abs().sum())
    torch.testing.assert_close(slope, x.sign())


@pytest.mark.parametrize("ignored", [-100, 255, 1])
@pytest.mark.parametrize("name", [name for name, each in delegation.LOSSES.items() if each.arrays])
def test_ignored_rows_may_be_nan(name, ignored):
    x = torch.where(torch.tensor([[True], [False]]), X, torch.nan)
    for options in ({}, {"weight": torch.ones(3, dtype=torch.float64)}, {"sample_weight": IDS.double()}):
        value, slope = gradient(getattr(al, name), x, torch.tensor([2, ignored]), ignore_index=ignored, **options)
        assert value.isfinite()
        assert torch.all(slope[1] == 0)


def test_weights_of_zero_hide_infinite_losses():
    x = torch.tensor([[0.0, -torch.inf, 1.0], [1.0, 0.0, 2.0]], dtype=torch.float64)
    for options in ({"weight": torch.tensor([1.0, 0.0, 1.0], dtype=torch.float64)}, {"sample_weight": IDS.double()}):
        value, slope = gradient(al.cross_entropy, x, torch.tensor([1, 2] if "weight" in options else [2, 0]), **options)
        assert value.isfinite()
        assert torch.all(slope.isfinite())


@pytest.mark.parametrize("ignored", [-100, 255, 1])
def test_all_ignored_is_zero(ignored):
    for loss in (al.cross_entropy, al.nll_loss, al.label_smoothing_loss):
        value, slope = gradient(loss, X, torch.tensor([ignored, ignored]), ignore_index=ignored)
        assert value == 0
        assert torch.all(slope == 0)


@pytest.mark.parametrize("loss", [al.cross_entropy, al.nll_loss])
def test_bad_ids_are_explained(loss):
    with pytest.raises(al.DomainError, match=r"class ids in \[0, 3\)"):
        loss(X, torch.tensor([2, 3]))


def options_of(loss, given):
    """Those of a loss, of every loss, or the weights it has."""
    family = family_of(loss)
    rows, classes = torch.tensor([0.5, 2.0], dtype=torch.float64), torch.tensor([0.5, 0.0, 2.0], dtype=torch.float64)
    each = X.abs()
    return {
        "none": {},
        "its own": OPTIONS.get(loss.__name__, {}),
        "weights of the samples": {"sample_weight": rows, "normalizer": "weights"},
        "a mask": {"where": torch.tensor([True, False])},
        "all weights": {"sample_weight": rows if family.takes_class_ids else each, "normalizer": 3.0}
        | dict.fromkeys(set(family.arrays[2:]) & {"weight", "pos_weight"}, classes),
        "ignored ids": {"ignore_index": 0, "normalizer": "count"} if family.takes_class_ids else {"reduction": "sum"},
    }[given]


@pytest.mark.parametrize("given", ["none", "its own", "weights of the samples", "a mask", "all weights", "ignored ids"])
@pytest.mark.parametrize("loss", SHORT, ids=lambda loss: loss.__name__)
def test_the_short_way_equals_the_long(loss, given, monkeypatch):
    """Value and gradients, once, twice and again; probabilities and labels are in every domain."""
    family, found, options = family_of(loss), [], options_of(loss, given)
    p, y = torch.sigmoid(X), IDS if family.takes_class_ids else (Y > 0).double()
    monkeypatch.delitem(delegation.LOSSES, loss.__name__, raising=False)
    for short in (True, False):
        if not short:
            monkeypatch.setattr(family, "elements_fast", lambda *_: None)
        found.append(derivatives(loss, p, y, **options))
        made = getattr(loss(p.clone().requires_grad_(), y, **options).grad_fn, "made", None)
        assert (made is not None and made.again is None) == short
    for a, b in zip(*found, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("loss", [al.binary_cross_entropy, al.binary_cross_entropy_with_logits])
def test_the_short_way_leaves_what_is_unusual(loss):
    with pytest.raises(al.DomainError, match=r"`target` must hold values in \[0, 1\], got -1.0 at position"):
        loss(torch.full_like(Y, 0.5), Y)
    with pytest.raises(al.ShapeError):
        loss(torch.full_like(Y, 0.5), Y[0])
    with pytest.raises(al.OptionError, match="reduction"):
        loss(torch.full_like(Y, 0.5), torch.zeros_like(Y), reduction="meam")
    y = torch.zeros_like(Y, requires_grad=True)
    (slope,) = torch.autograd.grad(loss(torch.full_like(Y, 0.25), y), y)
    assert slope.ne(0).all()


@pytest.mark.parametrize("options", [{"smoothing": 1.5}, {"smoothing": -1}, {"smoothing": Y}, {"smothing": 0.1}])
def test_a_wrong_option_is_explained(options):
    with pytest.raises((al.OptionError, al.DTypeError, al.ArgumentError), match=r"label_smoothing_loss: .*smo"):
        al.label_smoothing_loss(X, IDS, **options)


@pytest.mark.parametrize("loss", [al.focal_loss, al.cross_entropy])
def test_another_axis_or_ignored_class_goes_the_long_way(loss):
    square = torch.linspace(-1, 1, 4, dtype=torch.float64).reshape(2, 2)
    torch.testing.assert_close(loss(square, torch.tensor([1, 0]), axis=0), loss(square.T, torch.tensor([1, 0])))
    kept = loss(X, IDS, ignore_index=0)
    torch.testing.assert_close(kept, loss(X[:1], IDS[:1]))
