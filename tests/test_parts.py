"""`al.with_parts`: a loss and the parts that it is the sum of, by one call, for every reduction and library."""

import pickle

import array_api_strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al

MAKERS = {"numpy": np.asarray, "torch": torch.asarray, "jax": jnp.asarray, "strict": array_api_strict.asarray}
libraries = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
eager = pytest.mark.parametrize("make", [MAKERS[name] for name in ("numpy", "torch", "strict")])
RNG = np.random.default_rng(0)
DEFAULTS = np.array([[0, 0, 4, 4], [4, 4, 8, 8], [0, 4, 4, 8], [4, 0, 8, 4], [1, 1, 7, 7]], np.float32)
LOC, CONF = RNG.normal(size=(3, 5, 4)).astype(np.float32), RNG.normal(size=(3, 5, 3)).astype(np.float32)
IDS = np.array([[1, 0, 0, 2, 0], [0, -1, 1, 0, 0], [0, 0, 0, 0, 0]])
TRUE = RNG.normal(size=(3, 5, 4)).astype(np.float32)
TRUTHS = np.array([[[0, 5, 3, 8]], [[4, 4, 8, 7]], [[1, 1, 7, 6]]], np.float32), np.array([[1], [2], [-1]])
CALLS = {
    "ssd": (al.ssd_loss, (LOC, CONF, TRUE, IDS)),
    "multibox": (al.multibox_loss, (LOC, CONF, DEFAULTS, *TRUTHS)),
    "dice_ce": (al.dice_ce_loss, (CONF.transpose(0, 2, 1), abs(IDS))),
    "composition": (0.7 * al.DiceLoss() - 0.5 * al.CrossEntropyLoss(), (CONF.transpose(0, 2, 1), abs(IDS))),
}
calls = pytest.mark.parametrize(("loss", "arrays"), CALLS.values(), ids=CALLS)
DETECTION = ["localization", "classification"]


def host(array):
    return np.asarray(array.detach() if isinstance(array, torch.Tensor) else array, dtype=np.float64)


def adds_up(loss, parts, whole):
    assert {each.dtype for each in (loss, *parts.values())} == {whole.dtype}
    for each in (host(loss), sum(map(host, parts.values()))):
        np.testing.assert_allclose(each, host(whole), rtol=2e-6)


def test_the_parts_of_ssd_by_hand():
    """Ratio 1: the positive and the hardest negative, each with the cross-entropy of two classes."""
    loc, conf = np.zeros((1, 3, 4)), np.array([[[0.0, 2.0], [1.0, 0.0], [3.0, 0.0]]])
    arrays = loc, conf, np.full((1, 3, 4), 0.5), [[1, 0, 0]]
    classes = np.log1p(np.exp(-2)) + np.log1p(np.exp(-1))
    for loss in (al.ssd_loss, al.SSDLoss()):
        for alpha in (1.0, 3.0):
            _, parts = al.with_parts(loss)(*arrays, neg_pos_ratio=1, alpha=alpha)
            assert list(parts) == DETECTION
            np.testing.assert_allclose([*parts.values()], [4 * 0.125, alpha * classes], rtol=1e-12)


@eager
@calls
def test_they_add_up_to_the_loss(make, loss, arrays):
    given = [*map(make, arrays)]
    found, parts = al.with_parts(loss)(*given, reduction="sum")
    assert len(parts) == 2
    adds_up(found, parts, loss(*given, reduction="sum"))


@eager
@pytest.mark.parametrize("name", ["ssd", "multibox"])
def test_weights_masks_and_each_image(make, name):
    loss, arrays = CALLS[name]
    given, where = [*map(make, arrays)], make(np.array([[1, 1, 1, 0, 1]] * 3, dtype=bool))
    options = {"where": where, "sample_weight": make(np.array([0.5, 2.0, 0.0], np.float32)), "min_negatives": 1}
    for more in ({"reduction": "none"}, {"normalizer": "weights"}, {"normalizer": 7}, {"normalizer": 0}):
        found, parts = al.with_parts(loss)(*given, **options, **more)
        adds_up(found, parts, loss(*given, **options, **more))
    assert list(parts) == DETECTION


@libraries
@calls
def test_gradients_reach_the_loss_with_its_parts(make, loss, arrays):
    given = [*map(make, arrays)]
    (value, parts), gradient = al.value_and_grad(al.with_parts(loss), has_aux=True)(*given)
    adds_up(value, parts, make(loss(*arrays))[()])
    expected = al.grad(loss)(*map(np.asarray, arrays))
    np.testing.assert_allclose(host(gradient), expected, rtol=1e-5, atol=1e-7)


@calls
def test_sums_of_batches_merge_part_by_part(loss, arrays):
    per_batch = [each is DEFAULTS for each in arrays]
    halves = [
        [a if whole else a[cut] for a, whole in zip(arrays, per_batch, strict=True)] for cut in (np.s_[:1], np.s_[1:])
    ]
    (one, parts), (other, rest) = (al.with_parts(loss)(*half, reduction="sums") for half in halves)
    merged = {name: parts[name] + rest[name] for name in parts}
    whole, expected = al.with_parts(loss)(*arrays)
    assert float((one + other).loss()) == pytest.approx(float(whole), rel=1e-6)
    assert {name: float(each.loss()) for name, each in merged.items()} == pytest.approx(
        {name: float(each) for name, each in expected.items()}, rel=1e-6
    )
    assert float((one + loss(*halves[1], reduction="sums")).loss()) == pytest.approx(float(whole), rel=1e-6)
    with pytest.raises(al.MergeError):
        _ = parts[next(iter(parts))] + rest[list(rest)[-1]]


def test_under_compilers():
    loss, arrays = CALLS["ssd"]
    f = al.with_parts(al.SSDLoss())
    found = jax.jit(lambda f, *arrays: f(*arrays), static_argnums=0)(f, *map(jnp.asarray, arrays))
    adds_up(*found, jnp.asarray(loss(*arrays)))
    torch.compiler.reset()
    found = torch.compile(f, fullgraph=True, backend="eager")(*map(torch.asarray, arrays))
    adds_up(*found, loss(*map(torch.asarray, arrays)))


def test_a_bad_id_that_cannot_be_seen_makes_the_parts_nan():
    loss, (loc, conf, true, ids) = CALLS["ssd"]
    found, parts = jax.jit(al.with_parts(loss))(loc, conf, true, jnp.asarray(ids).at[0, 0].set(9))
    assert np.isnan([found, *parts.values()]).all()
    with pytest.raises(al.DomainError, match="ssd_loss: `conf_target` must hold class ids"):
        al.with_parts(loss)(loc, conf, true, ids + 9)


def test_half_precision_and_empty_batches():
    _, arrays = CALLS["ssd"]
    half = [torch.asarray(each) if each is IDS else torch.asarray(each).half() for each in arrays]
    for given in (half, [each[:0] for each in half]):
        found, parts = al.with_parts(al.ssd_loss)(*given)
        assert {each.dtype for each in (found, *parts.values())} == {torch.float32}
        adds_up(found, parts, al.ssd_loss(*given))


def test_names_of_parts():
    arrays = CALLS["dice_ce"][1]
    for loss, names in (
        (al.DiceCELoss(), ["dice", "ce"]),
        (al.dice_focal_loss, ["dice", "focal"]),
        (al.MSELoss() + 2 * al.MSELoss(reduction="sum") + al.L1Loss(), ["MSELoss 1", "MSELoss 2", "L1Loss"]),
    ):
        given = arrays if "dice" in names else (CONF, CONF)
        assert list(al.with_parts(loss)(*given)[1]) == names
    found, parts = al.with_parts(al.unified_focal_loss)(CONF[..., :2].transpose(0, 2, 1), abs(IDS) % 2)
    assert list(parts) == ["focal", "focal_tversky"]
    assert sum(parts.values()) == pytest.approx(found)


def test_a_schedule_says_what_a_part_counts():
    loss = al.MSELoss() + al.Schedule([0, 10], [0.0, 1.0]) * al.L1Loss()
    found, parts = al.with_parts(loss)(np.array([3.0]), [1.0], step=5)
    assert (float(found), float(parts["L1Loss"])) == (5.0, 1.0)


def test_it_is_a_value():
    f = al.with_parts(al.SSDLoss(alpha=2))
    assert f == al.with_parts(f) == pickle.loads(pickle.dumps(f)) != al.with_parts(al.SSDLoss())
    assert len({f, al.with_parts(al.SSDLoss(alpha=2))}) == 1
    assert (repr(f), repr(al.with_parts(al.ssd_loss))) == ("with_parts(SSDLoss(alpha=2.0))", "with_parts(ssd_loss)")


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (al.mse_loss, "with_parts: `loss` must be made of parts, as ssd_loss or a composition is, got mse_loss"),
        (al.MSELoss(), "with_parts: `loss` must be made of parts, as ssd_loss or a composition is, got MSELoss()"),
        (lambda x: x, "with_parts: `loss` must be made of parts, as ssd_loss or a composition is, got <lambda>"),
        (
            al.SSDLoss,
            "with_parts: `loss` must be a loss function, a loss object or a composition, got the class SSDLoss",
        ),
        ("ssd_loss", 'with_parts: `loss` must be a loss function, a loss object or a composition, got "ssd_loss"'),
    ],
)
def test_what_has_no_parts_is_refused(loss, message):
    with pytest.raises(al.ArrayLossesError) as caught:
        al.with_parts(loss)
    assert str(caught.value).startswith(message)


def test_bad_calls_are_refused_as_those_of_the_loss():
    f, arrays = al.with_parts(al.ssd_loss), CALLS["ssd"][1]
    with pytest.raises(al.ArgumentError, match=r"ssd_loss: unknown option `apha`; did you mean `alpha`\?"):
        f(*arrays, apha=2)
    with pytest.raises(al.OptionError, match="ssd_loss: `reduction` must be"):
        f(*arrays, reduction="parts")
    with pytest.raises(al.ShapeError, match="ssd_loss: `conf_target` must have shape"):
        f(*arrays[:3], IDS[:, :4])
    with pytest.raises(al.OptionError, match=r"dice_ce_loss: `reduction` must be .* different shapes"):
        al.with_parts(al.dice_ce_loss)(*CALLS["dice_ce"][1], reduction="none")
