"""Compositions: operators, options, normalizers; values worked out by hand."""

import copy
import json
import pickle

import array_api_strict
import dask.array
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al
from conformance.case import cases

X, Y = np.array([1.0, 3.0]), np.zeros(2)  # squared error 1, 9; absolute error 1, 3
LIBRARIES = {
    "numpy": np.asarray,
    "torch": torch.tensor,
    "jax": jnp.asarray,
    "dask": dask.array.from_array,
    "array_api_strict": array_api_strict.asarray,
}


def short(each):
    """A value in a few characters, the same in every process."""
    return getattr(each, "__name__", None) or repr(each)[:30]


EACH = pytest.mark.parametrize("array", LIBRARIES.values(), ids=LIBRARIES)
SQUARED, ABSOLUTE = al.MSELoss(), al.L1Loss()
LOGITS = np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]])
IDS = np.array([0, 2])
CE, DICE, FOCAL = al.CrossEntropyLoss(), al.DiceLoss(), al.FocalLoss(gamma=1)


# --- operators ------------------------------------------------------------------------------------------------------

OPERATIONS = [  # the loss, its mean, sum, unreduced values, and the gradient of its mean
    (SQUARED - 0.5 * ABSOLUTE, 4.0, 8.0, [0.5, 7.5], [0.75, 2.75]),
    (SQUARED - ABSOLUTE - ABSOLUTE, 1.0, 2.0, [-1.0, 3.0], [0.0, 2.0]),
    (SQUARED - (ABSOLUTE - ABSOLUTE), 5.0, 10.0, [1.0, 9.0], [1.0, 3.0]),
    (-SQUARED, -5.0, -10.0, [-1.0, -9.0], [-1.0, -3.0]),
    (-(SQUARED - ABSOLUTE), -3.0, -6.0, [0.0, -6.0], [-0.5, -2.5]),
    (SQUARED / 4, 1.25, 2.5, [0.25, 2.25], [0.25, 0.75]),
    ((SQUARED + 2 * ABSOLUTE) / -2, -4.5, -9.0, [-1.5, -7.5], [-1.0, -2.0]),
    (2 * (SQUARED - ABSOLUTE) * 3 / 2, 9.0, 18.0, [0.0, 18.0], [1.5, 7.5]),
    (sum([SQUARED, ABSOLUTE]) - 0, 7.0, 14.0, [2.0, 12.0], [1.5, 3.5]),
    (0 - SQUARED, -5.0, -10.0, [-1.0, -9.0], [-1.0, -3.0]),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: repr(each[0]))
@EACH
def test_operators(array, operation):
    loss, mean, total, each, slope = operation
    x, y = array(X), array(Y)
    assert float(loss(x, y)) == mean
    assert float(loss(x, y, reduction="sum")) == total
    assert [float(one) for one in loss(x, y, reduction="none")] == each
    assert float(loss(x, y, reduction="sums").loss()) == mean
    halves = loss(x[:1], y[:1], reduction="sums") + loss(x[1:], y[1:], reduction="sums")
    assert float(halves.loss()) == mean
    assert [float(one) for one in al.grad(loss)(x, y)] == slope


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: repr(each[0]))
def test_what_operators_make_are_values(operation):
    loss = operation[0]
    assert eval(repr(loss), {name: getattr(al, name) for name in al.__all__}) == loss
    assert pickle.loads(pickle.dumps(loss)) == loss == copy.deepcopy(loss)
    assert hash(pickle.loads(pickle.dumps(loss))) == hash(loss)
    assert al.from_config(json.loads(json.dumps(loss.to_config()))) == loss
    assert al.Composition(loss.terms()) == loss
    with pytest.raises(AttributeError, match="frozen"):
        loss.scale = 2


def test_compositions_read_well():
    for loss, text in (
        (0.7 * FOCAL - 0.3 * CE, "0.7 * FocalLoss(gamma=1.0) - 0.3 * CrossEntropyLoss()"),
        (-CE + FOCAL / 3, "-1 * CrossEntropyLoss() + 0.3333333333333333 * FocalLoss(gamma=1.0)"),
        (CE - -2 * FOCAL, "1 * CrossEntropyLoss() + 2 * FocalLoss(gamma=1.0)"),
        (-0.0 * CE + 1e-9 * FOCAL, "0 * CrossEntropyLoss() + 1e-09 * FocalLoss(gamma=1.0)"),
        (1e20 * CE, "1e+20 * CrossEntropyLoss()"),
    ):
        assert repr(loss) == text


HALVES = [
    0.5,
    np.float64(0.5),
    np.float32(0.5),
    np.float16(0.5),
    np.array(0.5),
    np.array(0.5, "float32"),
]


@pytest.mark.parametrize("half", HALVES, ids=lambda each: f"{type(each).__name__}-{getattr(each, 'dtype', '')}")
def test_numbers_of_numpy_are_plain_factors(half):
    x = X.astype("float32")
    for loss in (half * SQUARED, SQUARED * half, SQUARED / np.reshape(1 / half, ()).item(), half * (SQUARED + 0)):
        assert type(loss) is al.Composition
        assert loss == 0.5 * SQUARED
        assert type(loss.terms()[0][0]) is float
        assert loss(x, x * 0) == 2.5
        assert loss(x, x * 0).dtype == np.float32
    assert np.int64(2) * SQUARED == SQUARED / (1 / np.uint8(2)) == 2 * SQUARED
    assert np.float32(0) + SQUARED == SQUARED + 0 == sum([SQUARED], start=0.0)
    assert SQUARED - np.float64(0) == 1 * SQUARED


PLAIN, FINITE = "must be a plain number, got", "must be a finite number, got"
NO_FACTORS = [
    (float("nan"), al.OptionError, f"{FINITE} nan"),
    (float("inf"), al.OptionError, f"{FINITE} inf"),
    (-float("inf"), al.OptionError, f"{FINITE} -inf"),
    (np.float32("nan"), al.OptionError, f"{FINITE} nan"),
    (10**400, al.OptionError, f"{FINITE} one too large for a float"),
    (True, al.DTypeError, f"{PLAIN} True"),
    (np.bool_(True), al.DTypeError, f"{PLAIN} True"),
    (np.array(True), al.DTypeError, f"{PLAIN} True"),
    ("2", al.DTypeError, f'{PLAIN} "2"'),
    (None, al.DTypeError, f"{PLAIN} None"),
    (2j, al.DTypeError, f"{PLAIN} a complex"),
    ([2.0], al.DTypeError, f"{PLAIN} a list"),
    (X, al.DTypeError, f"{PLAIN} a ndarray of shape (2,); an array multiplies what the loss returns"),
    (torch.tensor(0.5), al.DTypeError, f"{PLAIN} a Tensor of shape (); an array multiplies what the loss returns"),
    (torch.ones(2), al.DTypeError, f"{PLAIN} a Tensor of shape (2,); an array multiplies what the loss returns"),
    (jnp.asarray(0.5), al.DTypeError, "an ArrayImpl of shape (); an array multiplies what the loss returns"),
    (array_api_strict.asarray(0.5), al.DTypeError, "an Array of shape (); an array multiplies what the loss returns"),
    (SQUARED, al.DTypeError, f"{PLAIN} a MSELoss"),
    (al.mse_loss, al.DTypeError, f"{PLAIN} a function"),
]


@pytest.mark.parametrize(("factor", "error", "message"), NO_FACTORS, ids=short)
@pytest.mark.parametrize("loss", [SQUARED, SQUARED - ABSOLUTE], ids=["loss", "composition"])
def test_what_is_no_factor(loss, factor, error, message):
    with pytest.raises(error) as caught:
        _ = loss * factor
    assert "Composition: `factor`" in str(caught.value)
    assert message in str(caught.value)
    with pytest.raises(error) as caught:
        _ = loss / factor
    assert "Composition: `divisor`" in str(caught.value)
    assert message in str(caught.value)
    with pytest.raises(TypeError if error is al.DTypeError else error):
        _ = factor * loss


def test_factors_stay_finite():
    for make in (
        lambda: 1e200 * SQUARED * 1e200,
        lambda: SQUARED / 1e-200 / 1e-200,
        lambda: -(1e308 * SQUARED) * 10,
        lambda: al.Composition(((float("nan"), SQUARED),)),
    ):
        with pytest.raises(al.OptionError, match="Composition: `factor` must be a finite number"):
            make()
    for zero in (0, 0.0, np.float32(0), np.array(0)):
        with pytest.raises(al.OptionError, match="Composition: `divisor` must be a finite number other than 0, got 0"):
            _ = (SQUARED + ABSOLUTE) / zero
    for make in (lambda: 2 / SQUARED, lambda: np.float64(2) / SQUARED, lambda: SQUARED**2):
        with pytest.raises(TypeError):
            make()


TERM = "Composition: `term` must be a loss object, got "
NO_TERMS = [
    (al.l1_loss, "the function l1_loss; write L1Loss()"),
    (al.dice_loss, "the function dice_loss; write DiceLoss()"),
    (al.linear_cross_entropy, "the function linear_cross_entropy; write LinearCrossEntropyLoss()"),
    (al.L1Loss, "the class L1Loss; write L1Loss()"),
    (torch.nn.functional.mse_loss, "a function"),
    (torch.nn.L1Loss(), "a L1Loss"),
    (1, "1"),
    (0.5, "0.5"),
    (False, "False"),
    (float("nan"), "nan"),
    ("0", '"0"'),
    (None, "None"),
    (np.zeros(2), "a ndarray of shape (2,)"),
    (torch.tensor(1.0), "a Tensor of shape ()"),
]


@pytest.mark.parametrize(("other", "got"), NO_TERMS, ids=short)
def test_what_is_no_term(other, got):
    for make in (
        lambda: SQUARED + other,
        lambda: SQUARED - other,
        lambda: (SQUARED - ABSOLUTE) + other,
        lambda: al.Composition(((1.0, SQUARED), (1.0, other))),
    ):
        with pytest.raises(al.DTypeError) as caught:
            make()
        assert str(caught.value) == TERM + got
    for make in (lambda: other + SQUARED, lambda: other - SQUARED):
        with pytest.raises(TypeError):
            make()


def test_a_composition_holds_losses():
    for terms, message in (
        ((), "Composition: `terms` must hold one loss at least, got none"),
        ((SQUARED,), r"Composition: `terms` must hold pairs \(factor, loss\), got a MSELoss"),
        (((1.0, SQUARED, 2),), r"Composition: `terms` must hold pairs \(factor, loss\), got a tuple"),
    ):
        with pytest.raises(al.OptionError, match=message):
            al.Composition(terms)
    assert al.Composition([[2, SQUARED]]) == 2 * SQUARED


# --- options --------------------------------------------------------------------------------------------------------


def test_replace_changes_every_term_that_has_the_option():
    loss = 0.5 * FOCAL - CE + DICE
    assert loss.replace(gamma=3) == 0.5 * al.FocalLoss(gamma=3) - CE + DICE
    first, second = al.FocalLoss(gamma=1, ignore_index=0), al.CrossEntropyLoss(ignore_index=0)
    third = al.DiceLoss(ignore_index=0, smooth_nr=1)
    assert loss.replace(ignore_index=0, smooth_nr=1) == 0.5 * first - second + third
    summed = loss.replace(reduction="sum", normalizer="count")
    assert all(each.reduction == "sum" and each.normalizer == "count" for _, each in summed.terms())
    weighted = loss.replace(weight=np.array([1.0, 2.0, 4.0]))
    assert [each.options.get("weight") for _, each in weighted.terms()] == [None, (1.0, 2.0, 4.0), (1.0, 2.0, 4.0)]
    assert loss.replace() == loss
    assert loss == 0.5 * al.FocalLoss(gamma=1) - al.CrossEntropyLoss() + al.DiceLoss()  # as it was
    assert (SQUARED - ABSOLUTE).replace(reduction="sum")(X, Y) == 10 - 4
    if hasattr(copy, "replace"):  # Python 3.13
        assert copy.replace(loss, gamma=3) == loss.replace(gamma=3)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"gama": 2}, al.ArgumentError, "Composition: unknown option `gama`; did you mean `gamma`?"),
        ({"gamma": 2, "axes": 1}, al.ArgumentError, "Composition: unknown option `axes`; did you mean `axis`?"),
        ({"qqqqq": 2}, al.ArgumentError, "Composition: unknown option `qqqqq`; it takes alpha, gamma, "),
        ({"self": 2}, al.ArgumentError, "Composition: unknown option `self`; "),
        ({"where": X}, al.ArgumentError, "Composition: `where` belongs to a batch; give it when the loss is called"),
        ({"target": X}, al.ArgumentError, "Composition: `target` belongs to a batch; give it when the loss is called"),
        ({"gamma": "2"}, al.DTypeError, 'FocalLoss: `gamma` must be a finite number >= 0, got "2"'),
        ({"reduction": "batch"}, al.OptionError, "FocalLoss: `reduction` must be "),
    ],
    ids=lambda each: str(each)[:30],
)
def test_what_replace_refuses(options, error, message):
    with pytest.raises(error) as caught:
        (FOCAL - CE).replace(**options)
    assert str(caught.value).startswith(message)


def test_no_option_hides_a_method():
    for make in (lambda: al.MSELoss(self=1), lambda: SQUARED.replace(self=1), lambda: al.MSELoss().replace(args=1)):
        with pytest.raises(al.ArgumentError, match=r"MSELoss: unknown option `(self|args)`"):
            make()


def test_sums_of_some_terms_only():
    for loss in (al.MSELoss(reduction="sums") - ABSOLUTE, ABSOLUTE + al.MSELoss(reduction="sums")):
        with pytest.raises(al.OptionError, match='Composition: `reduction` must be "sums" of every term or of none'):
            loss(X, Y)
    with pytest.raises(al.OptionError, match="Composition: unreduced losses of different shapes cannot be added"):
        (al.MSELoss(reduction="none") - ABSOLUTE)(X, Y)


# --- a number as normalizer -----------------------------------------------------------------------------------------


def ce_by_hand():
    shifted = LOGITS - LOGITS.max(1, keepdims=True)
    return -(shifted - np.log(np.exp(shifted).sum(1, keepdims=True)))[[0, 1], IDS]


def focal_by_hand():
    losses = ce_by_hand()
    return (1 - np.exp(-losses)) * losses


@EACH
def test_a_number_divides_terms_of_one_shape(array):
    x, ids = array(LOGITS), array(IDS)
    for normalizer in (5, 5.0, np.float32(5), np.array(5.0), array(np.array(5.0))):
        found = (CE - 0.5 * FOCAL)(x, ids, normalizer=normalizer)
        np.testing.assert_allclose(float(found), (ce_by_hand().sum() - focal_by_hand().sum() / 2) / 5, rtol=1e-14)
    sums = (CE - 0.5 * FOCAL)(x, ids, normalizer=5, reduction="sums")
    np.testing.assert_allclose(float(sums.loss()), (ce_by_hand().sum() - focal_by_hand().sum() / 2) / 5, rtol=1e-14)
    assert float((SQUARED - ABSOLUTE)(array(X), array(Y), normalizer=4)) == (10 - 4) / 4


REFUSED = (
    'Composition: `normalizer` must be None, "weights" or "count" where the unreduced losses of the terms have not '
    "one shape (CrossEntropyLoss (2,), DiceLoss (2, 2)); a number belongs to a term: "
    "CrossEntropyLoss(normalizer={}), got {}"
)


@EACH
def test_a_number_does_not_divide_terms_of_other_shapes(array):
    x, ids = array(LOGITS), array(IDS)
    loss = CE + DICE
    for normalizer in (256, 256.0, 0):
        with pytest.raises(al.OptionError) as caught:
            loss(x, ids, normalizer=normalizer)
        assert str(caught.value) == REFUSED.format(normalizer, normalizer)
    for normalizer in (np.float32(256), array(np.array(256.0))):
        with pytest.raises(al.OptionError, match=r"^Composition: `normalizer` .*CrossEntropyLoss\(normalizer=...\)"):
            loss(x, ids, normalizer=normalizer)
    for normalizer in (None, "weights", "count"):
        parts = [float(each(x, ids, normalizer=normalizer)) for each in (CE, DICE)]
        np.testing.assert_allclose(float(loss(x, ids, normalizer=normalizer)), sum(parts), rtol=1e-14)
    found = (al.CrossEntropyLoss(normalizer=256) + DICE)(x, ids)
    np.testing.assert_allclose(float(found), ce_by_hand().sum() / 256 + float(DICE(x, ids)), rtol=1e-14)


@pytest.mark.parametrize(
    ("loss", "shapes"),
    [
        (SQUARED + CE, "MSELoss (2, 3), CrossEntropyLoss (2,)"),
        (al.BCEWithLogitsLoss() - al.NLLLoss(), "BCEWithLogitsLoss (2, 3), NLLLoss (2,)"),
        (CE + al.CrossEntropyLoss(axis=0), "CrossEntropyLoss (2,), CrossEntropyLoss (3,)"),
        (DICE + al.DiceLoss(batch=True), "DiceLoss (2, 2), DiceLoss (2,)"),
        (DICE + al.DiceLoss(include_background=True), "DiceLoss (2, 2), DiceLoss (2, 3)"),
        (al.DiceLoss(axis=None, activation="sigmoid") + SQUARED, "DiceLoss (2,), MSELoss (2, 3)"),
    ],
    ids=lambda each: repr(each),
)
def test_neighbours_of_other_shapes(loss, shapes):
    with pytest.raises(al.OptionError) as caught:
        loss(LOGITS, IDS, normalizer=7)
    assert f"({shapes})" in str(caught.value)


def test_one_shape_by_chance_or_option():
    flat = al.DiceLoss(axis=None, activation="sigmoid")  # (N,), as CE of a matrix
    x, maps = LOGITS, np.array([[1, 0, 0], [0, 1, 1]])
    with pytest.raises(al.DTypeError):  # both shapes are one; the loss itself says what is wrong with the target
        (flat + CE)(x, maps.astype(bool), normalizer=7)
    loss = al.DiceLoss(axis=-1) + al.DiceLoss(empty="skip")
    assert np.isfinite(loss(LOGITS, IDS, normalizer=7))


WRONG = [
    ((LOGITS,), {}, al.ArgumentError, "cross_entropy: `target` is missing"),
    ((), {"target": IDS}, al.ArgumentError, "cross_entropy: `input` is missing"),
    ((LOGITS.tolist(), IDS), {}, al.NamespaceError, "cross_entropy: `input` must be an array"),
    ((LOGITS, IDS), {"axis": 7}, al.OptionError, "cross_entropy: `axis` must name one of the 2 axes"),
    ((LOGITS, IDS), {"axis": "1"}, al.DTypeError, "cross_entropy: `axis` must be an integer"),
    ((LOGITS, IDS), {"axes": 1}, al.ArgumentError, "cross_entropy: unknown option `axes`; did you mean `axis`?"),
    ((np.float64(3), IDS), {}, al.ShapeError, "cross_entropy: `input` must have shape (N, C, *S) or (C,), got ()"),
]


@pytest.mark.parametrize(("arrays", "options", "error", "message"), WRONG, ids=lambda each: str(each)[:30])
def test_wrong_arguments_are_the_losses_to_refuse(arrays, options, error, message):
    with pytest.raises(error) as caught:
        (CE + DICE)(*arrays, **options, normalizer=7)
    assert str(caught.value).startswith(message)
    for normalizer in (-1, float("nan"), "batch", True, np.ones(2)):
        with pytest.raises((al.OptionError, al.DTypeError), match=r"^cross_entropy: `normalizer` must be "):
            (CE + FOCAL)(LOGITS, IDS, normalizer=normalizer)


def test_replace_knows_which_terms_have_one_shape():
    assert (CE + FOCAL).replace(normalizer=7) == al.CrossEntropyLoss(normalizer=7) + FOCAL.replace(normalizer=7)
    assert (2 * CE).replace(normalizer=7) == 2 * al.CrossEntropyLoss(normalizer=7)
    assert (al.SSDLoss() + al.SSDLoss()).replace(normalizer=7)
    unlike = CE + al.CrossEntropyLoss(axis=-1)
    assert unlike.replace(normalizer=7, axis=-1) == 2 / 2 * unlike.replace(axis=-1).replace(normalizer=7)
    for loss in (CE + DICE, SQUARED - CE, CE + al.CrossEntropyLoss(axis=-1), DICE + al.DiceLoss(batch=True)):
        for normalizer in (7, np.float32(7), torch.tensor(7.0)):
            with pytest.raises(al.OptionError, match=r"^Composition: `normalizer` .*need not have one shape"):
                loss.replace(normalizer=normalizer)
        with pytest.raises(al.OptionError, match=r"^Composition: `normalizer` "):
            (CE + FOCAL + loss).replace(normalizer=7)
        assert loss.replace(normalizer="count").terms()[1][1].normalizer == "count"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_every_loss_knows_its_unreduced_shape(case, rng):
    family, seen = case.loss.family, set()
    if not family.unreduced:
        assert family.unreduced_shape((2, 3, 4), family.signature.defaults) is None
        return
    for sample in case.samples(rng):
        arrays = dict(zip(family.signature.positional, sample.arrays, strict=False))
        values = family.signature.bind((), {**arrays, **sample.options})
        found = family.unreduced_shape(sample.arrays[0].shape, values)
        assert found == np.shape(case.loss(*sample.arrays, **sample.options, reduction="none")), sample.label
        seen.add(found)
    assert len(seen) > 1 or not family.layout(family.signature.defaults).returns


# --- compiled, with sizes that are symbols --------------------------------------------------------------------------


def test_under_compilers():
    x, ids = torch.tensor(LOGITS), torch.tensor(IDS)
    expected = (ce_by_hand().sum() - focal_by_hand().sum() / 2) / 5
    for dynamic in (False, True):
        torch._dynamo.reset()
        work = torch.compile(CE - 0.5 * FOCAL, fullgraph=True, backend="aot_eager", dynamic=dynamic)
        for normalizer in (5, torch.tensor(5.0)):
            np.testing.assert_allclose(work(x, ids, normalizer=normalizer), expected, rtol=1e-14)
        np.testing.assert_allclose(
            work(x.repeat(3, 1), ids.repeat(3), normalizer=5), 3 * expected, rtol=1e-14
        )  # of another size
    jitted = jax.jit(lambda x, ids, n: (CE - 0.5 * FOCAL)(x, ids, normalizer=n))
    np.testing.assert_allclose(jitted(LOGITS, IDS, 5.0), expected, rtol=1e-14)
    np.testing.assert_allclose(jax.vmap(jitted, (0, 0, None))(LOGITS[None], IDS[None], 5.0), [expected], rtol=1e-14)
    np.testing.assert_allclose(
        al.compile(CE - 0.5 * FOCAL)(jnp.asarray(LOGITS), IDS, normalizer=5), expected, rtol=1e-14
    )


def test_refused_under_compilers():
    x, ids = torch.tensor(LOGITS), torch.tensor(IDS)
    with pytest.raises(al.OptionError, match=r"^Composition: `normalizer`"):
        jax.jit(lambda x, ids, n: (CE + DICE)(x, ids, normalizer=n))(LOGITS, IDS, 5.0)
    with pytest.raises(al.OptionError, match=r"^Composition: `normalizer`"):
        torch.compile(CE + DICE, backend="aot_eager")(x, ids, normalizer=5)
    with pytest.raises(al.OptionError, match=r"^Composition: `normalizer`"):
        torch.func.grad(lambda x: (CE + DICE)(x, ids, normalizer=5))(x)


def test_sizes_that_are_symbols():
    """A number of samples that is known only when the program runs."""
    (batch,) = jax.export.symbolic_shape("b")
    matrix, ids = jax.ShapeDtypeStruct((batch, 3), "float64"), jax.ShapeDtypeStruct((batch,), "int64")
    difference = jax.jit(lambda x, y: (SQUARED - ABSOLUTE)(x, y, normalizer=4))
    for count in (1, 5):  # (4 - 2) / 4 for each row of 2, 0, 0
        given = np.tile([[2.0, 0.0, 0.0]], (count, 1))
        np.testing.assert_allclose(
            jax.export.export(difference)(matrix, matrix).call(given, given * 0), count / 2, rtol=1e-14
        )
    for loss in (CE + DICE, SQUARED + CE, DICE + al.DiceLoss(batch=True)):
        with pytest.raises(al.OptionError, match=r"^Composition: `normalizer` .* \(b"):
            jax.export.export(jax.jit(lambda x, ids, loss=loss: loss(x, ids, normalizer=5)))(matrix, ids)

    class Module(torch.nn.Module):
        def forward(self, x, ids):
            return (CE - 0.5 * FOCAL)(x, ids, normalizer=5)

    given, size = (torch.tensor(LOGITS), torch.tensor(IDS)), torch.export.Dim("batch")
    for strict in (False, True):
        program = torch.export.export(Module(), given, dynamic_shapes=({0: size}, {0: size}), strict=strict).module()
        expected = (ce_by_hand().sum() - focal_by_hand().sum() / 2) / 5
        np.testing.assert_allclose(program(*given), expected, rtol=1e-14)
        np.testing.assert_allclose(program(*(torch.cat([each] * 3) for each in given)), 3 * expected, rtol=1e-14)
