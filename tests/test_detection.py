"""Detection losses as detectors are trained: boxes left out, images without objects, integer boxes, padding forgotten.

The values are worked out by hand: of logits 0 over two classes the cross-entropy is ln 2, and (0, 50, 150, 200) against
the default box (0, 0, 200, 200) is encoded as (-1.25, 1.25, 5 ln 0.75, 5 ln 0.75), 3.376821 by smooth L1.
"""

from math import exp, inf, log, log1p, nan

import array_api_strict
import dask.array
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al

EAGER = {"numpy": np.asarray, "torch": torch.asarray, "jax": jnp.asarray, "strict": array_api_strict.asarray}
eager = pytest.mark.parametrize("library", EAGER)


def host(array):
    return np.asarray(array.detach() if isinstance(array, torch.Tensor) else array, dtype=np.float64)


def compiled(f, backend="aot_eager"):
    torch.compiler.reset()
    return torch.compile(f, fullgraph=True, backend=backend)


def jitted(f, *arrays):
    return jax.jit(f)(*map(jnp.asarray, arrays))


def by_torch(transform):
    return lambda f, *arrays: transform(f)(*map(torch.asarray, arrays))


# --- boxes that are left out ----------------------------------------------------------------------------------------

LOC = np.zeros((2, 4, 4))
LOC[0, 0] = (0.5, -3.0, 0.0, 0.0)  # smooth L1 0.125 + 2.5
CONF = np.zeros((2, 4, 2))
CONF[0, :, 0] = (1.0, -4.0, -2.0, 3.0)
IDS = np.array([[1, -1, 0, 0], [-1, 0, 0, -1]])
BY_HAND = 0.125 + 2.5 + log1p(exp(1)) + log1p(exp(2))  # with ratio 1 one negative, the harder of those that are left


def left_out(array, loss=al.ssd_loss, **options):
    return loss(*map(array, (LOC, CONF, np.zeros_like(LOC), IDS)), neg_pos_ratio=1, **options)


@eager
def test_boxes_left_out_by_hand(library):
    found = host(left_out(EAGER[library], reduction="none"))
    np.testing.assert_allclose(found, [BY_HAND, 0.0], rtol=1e-6)
    np.testing.assert_allclose(host(left_out(EAGER[library])), BY_HAND, rtol=1e-6)  # one positive
    found = left_out(EAGER[library], al.SSDLoss(min_negatives=1), reduction="none")
    np.testing.assert_allclose(host(found), [BY_HAND, log(2)], rtol=1e-6)


def test_boxes_left_out_are_masked_boxes():
    arrays, kept = (LOC, CONF, LOC + 1), IDS >= 0
    masked = np.where(kept, IDS, 0)
    least, weights = {"min_negatives": 3}, {"sample_weight": [0.5, 2.0]}
    for options in ({}, least, {"background": 1}, {"normalizer": "count"}, weights):
        expected = al.ssd_loss(*arrays, masked, where=kept, **options)
        np.testing.assert_allclose(al.ssd_loss(*arrays, IDS, **options), expected, rtol=1e-14)
    nobody = np.full_like(IDS, -1)
    assert al.ssd_loss(*arrays, nobody, min_negatives=2) == al.ssd_loss(*arrays, nobody, normalizer="count") == 0
    two = np.array([[1, 0, 0, 0], [-1, -1, -1, -1]])
    whole, half = al.ssd_loss(*arrays, two), al.ssd_loss(*arrays, two, normalizer="count")
    assert whole == half  # one positive, one image that counts


def spoiled(array):
    array = np.array(array)
    array[IDS < 0] = np.resize([nan, inf, -inf], array[IDS < 0].shape)
    return array


def grad_of_ssd(loc, conf, target, ids):
    return al.grad(lambda loc, conf: al.ssd_loss(loc, conf, target, ids, min_negatives=1), argnums=(0, 1))(loc, conf)


ROUTES = {
    "numpy": lambda f, *arrays: f(*arrays),
    "torch": by_torch(lambda f: f),
    "torch.compile": by_torch(lambda f: compiled(f, "aot_eager")),
    "jax": lambda f, *arrays: f(*map(jnp.asarray, arrays)),
    "jax.jit": jitted,
    "strict": lambda f, *arrays: f(*map(array_api_strict.asarray, arrays)),
    "dask": lambda f, *arrays: f(*[dask.array.from_array(each, chunks=(1, *each.shape[1:])) for each in arrays]),
}
routes = pytest.mark.parametrize("route", ROUTES)


@routes
def test_what_is_left_out_may_be_nan(route):
    found = ROUTES[route](grad_of_ssd, spoiled(LOC), spoiled(CONF), spoiled(LOC + 1), IDS)
    clean = ROUTES[route](grad_of_ssd, LOC, CONF, LOC + 1, IDS)
    for each, same in zip(found, clean, strict=True):
        np.testing.assert_allclose(host(each), host(same), rtol=1e-6)
        assert np.all(host(each)[IDS < 0] == 0)
        assert np.any(host(each)[IDS >= 0] != 0)


BOXES = np.array([[0, 0, 200, 200], [210, 210, 220, 220], [230, 230, 240, 250]])
TRUTH = np.array([0, 50, 150, 200])
OF_BOX = 2 * 0.75 + 2 * (5 * log(4 / 3) - 0.5)


@eager
def test_ground_truths_left_out_by_hand(library):
    """A crowd on the first default box; of the other two the last is positive, the other its negative."""
    array = EAGER[library]
    loc, conf = np.zeros((1, 3, 4)), np.zeros((1, 3, 2))
    truths = np.array([[TRUTH, BOXES[2]]], dtype=float)
    arrays = [array(each) for each in (loc, conf, BOXES.astype(float), truths)]
    for ids, wanted in (([[1, 1]], OF_BOX + 3 * log(2)), ([[-1, 1]], 2 * log(2)), ([[1, -1]], OF_BOX + 2 * log(2))):
        found = al.multibox_loss(*arrays, array(np.array(ids)), reduction="sum")
        np.testing.assert_allclose(float(found), wanted, rtol=1e-6)
    assert float(al.multibox_loss(*arrays, array(np.array([[-1, -1]])))) == 0
    found = al.multibox_loss(*arrays, array(np.array([[-1, -1]])), min_negatives=3)
    np.testing.assert_allclose(float(found), log(2), rtol=1e-6)  # box 1: all else is left out


def test_ground_truths_left_out_are_matches_left_out():
    """The same by `match_boxes`, `encode_boxes` and `ssd_loss`; padding of label -1 stays padding."""
    rng = np.random.default_rng(5)
    corner = rng.uniform(0, 6, (16, 2)), rng.uniform(0, 6, (3, 4, 2))
    defaults, truths = (np.concatenate([each, each + rng.uniform(2, 5, each.shape)], axis=-1) for each in corner)
    labels, valid = rng.integers(-1, 4, (3, 4)), rng.random((3, 4)) < 0.8
    labels[labels == 0] = -1
    assert np.any(labels < 0)
    loc, conf = rng.normal(size=(3, 16, 4)), rng.normal(size=(3, 16, 4))
    matched = al.match_boxes(defaults, truths, valid, iou_threshold=0.3)
    index = np.maximum(matched, 0)
    ids = np.where(matched < 0, 0, np.take_along_axis(labels, index, axis=1))
    encoded = al.encode_boxes(np.take_along_axis(truths, index[..., None], axis=1), defaults)
    for least in (0, 4):
        expected = al.ssd_loss(loc, conf, encoded, ids, min_negatives=least, reduction="none")
        found = al.multibox_loss(
            loc, conf, defaults, truths, labels, valid, iou_threshold=0.3, min_negatives=least, reduction="none"
        )
        np.testing.assert_allclose(found, expected, rtol=1e-13)


# --- images without objects -----------------------------------------------------------------------------------------


@eager
def test_negatives_without_positives_by_hand(library):
    array, zeros = EAGER[library], np.zeros((1, 3, 4))
    conf = array(np.array([[[0.0, 2.0], [1.0, 0.0], [3.0, 0.0]]]))
    cost = [log1p(exp(2)), log1p(exp(-1)), log1p(exp(-3))]
    for least, wanted in enumerate((0.0, cost[0], cost[0] + cost[1], sum(cost), sum(cost))):
        found = al.ssd_loss(array(zeros), conf, array(zeros), array(np.zeros((1, 3), dtype=int)), min_negatives=least)
        np.testing.assert_allclose(float(found), wanted, rtol=1e-6)
        nobody = np.zeros((1, 0, 4)), np.zeros((1, 0), dtype=int)
        boxes = map(array, (BOXES.astype(float), *nobody))
        found = al.multibox_loss(array(zeros), conf, *boxes, min_negatives=least)
        np.testing.assert_allclose(float(found), wanted, rtol=1e-6)


@eager
def test_hard_negative_mask_of_a_least_number(library):
    array = EAGER[library]
    loss = array(np.array([[0.1, 0.9, 0.5, 0.7]] * 2))
    positive = array(np.array([[True, False, False, False], [False] * 4]))
    cases = {(0, 2.0): [[1, 3], []], (1, 2.0): [[1, 3], [1]], (2, 0.0): [[1, 3], [1, 3]]}
    for (least, ratio), wanted in {**cases, (9, 1.0): [[1, 2, 3], [0, 1, 2, 3]]}.items():
        found = host(al.hard_negative_mask(loss, positive, ratio=ratio, min_negatives=least))
        assert [np.flatnonzero(row).tolist() for row in found] == wanted


def test_a_least_number_leaves_the_divisor():
    """Two positives, by which all is divided: two negatives of image 0, three of image 1 by their least number."""
    ids = np.array([[1, 1, 0, 0, 0], [0, 0, 0, 0, 0]])
    zeros = np.zeros((2, 5, 4))
    found = al.ssd_loss(zeros, np.zeros((2, 5, 2)), zeros, ids, neg_pos_ratio=1, min_negatives=3)
    np.testing.assert_allclose(found, (2 + 3 + 3) * log(2) / 2, rtol=1e-14)
    with pytest.raises(al.OptionError, match="`min_negatives` must be an integer >= 0, got -1"):
        al.ssd_loss(zeros, np.zeros((2, 5, 2)), zeros, ids, min_negatives=-1)
    with pytest.raises(al.DTypeError, match=r"`min_negatives` must be an integer >= 0, got 1\.0"):
        al.hard_negative_mask(zeros[0, 0], zeros[0, 0] > 0, min_negatives=1.0)


# --- boxes as they come ---------------------------------------------------------------------------------------------

SCALES = {"uint8": 1, "int8": 1, "int16": 100, "uint16": 200, "int32": 8 * 10**6, "uint32": 16 * 10**6}
SCALES |= dict.fromkeys(("int64", "uint64"), 10**16)
"""By which sums or areas of the boxes wrap."""
INTEGERS = [(library, dtype) for library in EAGER for dtype in SCALES]
integers = pytest.mark.parametrize(("library", "dtype"), INTEGERS)


def of_integers(library, dtype):
    """Default boxes (3, 4) and a ground truth (1, 4)."""
    boxes, truth = BOXES - 100 * (dtype == "int8"), TRUTH[None] - 100 * (dtype == "int8")
    boxes = np.minimum(boxes, 127) - np.array([8, 8, 0, 0]) * (boxes[:, :1] > 100) if dtype == "int8" else boxes
    return [EAGER[library]((SCALES[dtype] * each.astype(np.int64)).astype(dtype)) for each in (boxes, truth)]


ENCODED = [-1.25, 1.25, 5 * log(0.75), 5 * log(0.75)]


@integers
def test_integer_boxes(library, dtype):
    boxes, truth = of_integers(library, dtype)
    array, close = EAGER[library], {"rtol": 2e-6}
    np.testing.assert_allclose(host(al.box_iou(truth, boxes)), [[0.5625, 0, 0]], **close)
    np.testing.assert_allclose(host(al.encode_boxes(truth, boxes[:1, ...])), [ENCODED], **close)
    decoded = al.decode_boxes(array(np.array([ENCODED])), boxes[:1, ...])
    np.testing.assert_allclose(host(decoded), host(truth), rtol=1e-6, atol=2e-4 * SCALES[dtype])
    assert host(al.match_boxes(boxes, truth)).tolist() == [0, -1, -1]
    floats = array(host(boxes)), array(host(truth))
    assert host(al.match_boxes(floats[0], truth)).tolist() == host(al.match_boxes(boxes, floats[1])).tolist()
    np.testing.assert_allclose(host(al.box_iou(floats[1], boxes)), [[0.5625, 0, 0]], **close)


@integers
def test_losses_of_integer_boxes(library, dtype):
    boxes, truth = of_integers(library, dtype)
    array, wanted = EAGER[library], OF_BOX + 3 * log(2)
    ids = array(np.array([[1]]))
    precisions = {"strict": ("float64", "float32"), "jax": ("float16",)}  # one has no halves, one compiles each
    for precision in precisions.get(library, ("float64", "float32", "float16")):
        loc, conf = (array(np.zeros((1, 3, size), dtype=precision)) for size in (4, 2))
        tolerance = 1e-3 if precision == "float16" else 2e-6
        found = al.multibox_loss(loc, conf, boxes, truth[None, ...], ids)
        np.testing.assert_allclose(float(found), wanted, rtol=tolerance)
        target = array(np.array([[[2, 0, 0, 1]] * 3], dtype=dtype))
        found = al.ssd_loss(loc, conf, target, array(np.array([[1, 0, 0]])))
        np.testing.assert_allclose(float(found), 1.5 + 0.5 + 3 * log(2), rtol=tolerance)


def test_integer_boxes_without_area():
    loc, conf, ids = np.zeros((1, 3, 4)), np.zeros((1, 3, 2)), np.array([[1]])
    for bad in ([[[150, 0, 0, 240]]], [[[0, 9, 255, 9]]]):
        with pytest.raises(al.DomainError, match="a box without area"):
            al.multibox_loss(loc, conf, BOXES, np.array(bad, dtype=np.uint8), ids)
    with pytest.raises(al.DomainError, match="a box without area"):
        al.encode_boxes(torch.tensor([[0, 200, 250, 100]], dtype=torch.uint8), [[0, 0, 1, 1]])


def test_integers_first_give_the_default_dtype():
    """The boxes are what decides; without a floating dtype of their own it is that of the library's plain numbers."""
    assert al.box_iou(np.array([[0, 0, 2, 2]]), [[0.0, 0.0, 1.0, 1.0]]).dtype == np.float64
    assert al.box_iou(torch.tensor([[0, 0, 2, 2]]), [[0, 0, 1, 1]]).dtype == torch.float32
    assert al.encode_boxes(jnp.asarray([[0, 0, 2, 2]]), [[0, 0, 1, 1]]).dtype == jnp.asarray(0.0).dtype
    with pytest.raises(al.DTypeError, match="integer or floating dtype"):
        al.box_iou(np.array([[True] * 4]), [[0, 0, 1, 1]])


@pytest.mark.parametrize("transform", [lambda f: f, torch.func.grad, compiled, lambda f: compiled(torch.func.grad(f))])
def test_integer_boxes_under_transforms(transform):
    boxes = torch.tensor(BOXES, dtype=torch.uint8)
    truth, ids = torch.tensor(TRUTH[None, None], dtype=torch.uint8), torch.tensor([[1]])
    conf = torch.zeros(1, 3, 2, dtype=torch.float64)

    def loss(loc, boxes, truth):
        return al.multibox_loss(loc, conf, boxes, truth, ids)

    loc = torch.zeros(1, 3, 4, dtype=torch.float64)
    floats = transform(loss)(loc, boxes.double(), truth.double())
    torch.testing.assert_close(transform(loss)(loc, boxes, truth), floats)


# --- default boxes that are masked ----------------------------------------------------------------------------------


def box_gradients(loc, conf, boxes, truth, ids, where):
    return al.grad(lambda *each: al.multibox_loss(*each, ids, where=where), argnums=(0, 1, 2, 3))(
        loc, conf, boxes, truth
    )


DEGENERATE = [(1, 1, 1, 1), (3, 3, 1, 1), (nan, nan, nan, nan), (0, 0, inf, inf)]
FAST = ("numpy", "torch", "strict", "jax.jit")


@pytest.mark.parametrize(("route", "bad"), [(r, bad) for r in ROUTES for bad in DEGENERATE[:: 1 if r in FAST else 3]])
def test_masked_default_boxes_without_area(route, bad):
    """As if they were not there, in every derivative."""
    rng = np.random.default_rng(1)
    defaults, where = np.array(BOXES / 10), np.array([[True, True, False]] * 2)
    truth = np.array([[TRUTH / 10], [[20.0, 20.0, 23.0, 22.0]]])
    loc, conf, ids = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 3)), np.array([[1], [2]])
    without = box_gradients(loc[:, :2], conf[:, :2], defaults[:2], truth, ids, where[:, :2])
    defaults[2] = bad
    found = ROUTES[route](box_gradients, loc, conf, defaults, truth, ids, where)
    for place, (each, same) in enumerate(zip(found, without, strict=True)):
        each = host(each)
        kept = each if place == 3 else each[:2] if place == 2 else each[:, :2]
        np.testing.assert_allclose(kept, same, rtol=1e-5, atol=1e-6)
        assert np.all((each[2:] if place == 2 else each[:, 2:] if place < 2 else 0) == 0)


# --- bad values where nobody looks ----------------------------------------------------------------------------------

WITH_BAD_IDS = np.array([[7, 0, 0, 0], [1, 0, -1, 0], [0, 0, 0, -2], [0, -1, 0, 0]])


def of_bad_ids(loc, conf, target, ids, where=None):
    return al.ssd_loss(loc, conf, target, ids, where=where, reduction="sum", min_negatives=0)


def gradient(f):
    return al.grad(f, argnums=(0, 1))


def of_leaves(f):
    """By `backward`, of a compiled loss."""

    def run(loc, conf, *others):
        leaves = [each.clone().requires_grad_() for each in (loc, conf)]
        return torch.autograd.grad(compiled(f)(*leaves, *others), leaves)

    return run


def images_by_vmap(f):
    def each(loc, conf, *others):
        batches = [x[None] for x in others]
        return torch.func.grad(lambda a, b: f(a[None], b[None], *batches), argnums=(0, 1))(loc, conf)

    return torch.func.vmap(each)


UNSEEN = {
    "torch.func.vmap": by_torch(images_by_vmap),
    "torch.compile": by_torch(of_leaves),
    "torch.compile of grad": by_torch(lambda f: compiled(torch.func.grad(f, argnums=(0, 1)))),
    "jax.jit": lambda f, *arrays: jitted(jax.grad(f, argnums=(0, 1)), *arrays),
    "jax.vmap": lambda f, *arrays: jax.vmap(jax.grad(lambda *each: f(*[x[None] for x in each]), argnums=(0, 1)))(
        *map(jnp.asarray, arrays)
    ),
    "strict": lambda f, *arrays: gradient(f)(*map(array_api_strict.asarray, arrays)),
    "dask": lambda f, *arrays: gradient(f)(*map(dask.array.from_array, arrays)),
}
unseen = pytest.mark.parametrize("route", UNSEEN)


def spread(found, bad, left):
    """NaN in the bad images, but for what is left out, and nowhere else."""
    for each in found:
        wanted = np.broadcast_to((bad[:, None] & ~left)[..., None], each.shape)
        np.testing.assert_array_equal(np.isnan(host(each)), wanted)


@unseen
def test_a_bad_id_is_seen_in_the_gradient(route):
    """Image 0 has no other positive, image 2 none at all: nothing would be chosen, and all derivatives 0."""
    rng = np.random.default_rng(2)
    loc, conf = rng.normal(size=(4, 4, 4)), rng.normal(size=(4, 4, 3))
    found = UNSEEN[route](of_bad_ids, loc, conf, np.zeros_like(loc), WITH_BAD_IDS)
    spread(found, np.array([True, False, True, False]), WITH_BAD_IDS == -1)


@pytest.mark.parametrize("route", ["jax.jit", "torch.func.vmap", "strict"])
@pytest.mark.parametrize("beta", [0.0, 1.0])
@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_a_bad_id_is_seen_whatever_the_options(route, alpha, beta):
    loc, conf = np.zeros((4, 4, 4)), np.zeros((4, 4, 3))
    conf[..., 2] = -inf

    def loss(loc, conf, target, ids):
        return al.ssd_loss(loc, conf, target, ids, alpha=alpha, beta=beta, reduction="sum")

    found = UNSEEN[route](loss, loc, conf, np.zeros_like(loc), WITH_BAD_IDS)
    spread(found, np.array([True, False, True, False]), WITH_BAD_IDS == -1)


@pytest.mark.parametrize("route", ["jax.jit", "torch.compile of grad", "strict", "dask"])
def test_a_bad_id_leaves_masked_boxes_clean(route):
    rng = np.random.default_rng(3)
    loc, conf = rng.normal(size=(4, 4, 4)), rng.normal(size=(4, 4, 3))
    where = np.array([[True, True, False, True]] * 3 + [[False] * 4])
    ids = np.array(WITH_BAD_IDS)
    ids[1, 2], ids[3] = 99, 99  # masked

    def loss(loc, conf, target, ids, where):
        return al.ssd_loss(loc, conf, target, ids, where=where, sample_weight=[1.0, 2.0, 3.0, 4.0], reduction="sum")

    found = UNSEEN[route](loss, loc, conf, np.zeros_like(loc), ids, where)
    spread(found, np.array([True, False, True, False]), (ids == -1) | ~where)


BAD_TRUTHS = {
    "label": (np.array([[7], [1], [1]]), None),
    "label of the background": (np.array([[0], [1], [-1]]), None),
    "label below -1": (np.array([[-2], [-1], [1]]), None),
    "box": (np.array([[1], [1], [-1]]), (150, 50, 0, 200)),
    "box of nan": (np.array([[1], [-1], [1]]), (nan, 0, 1, 1)),
}


TRIED = [(route, name) for route in UNSEEN for name in BAD_TRUTHS if "compile" not in route or name in ("label", "box")]


@pytest.mark.parametrize(("route", "name"), TRIED)
def test_a_bad_ground_truth_is_seen_in_the_gradient(route, name):
    ids, box = BAD_TRUTHS[name]
    rng = np.random.default_rng(4)
    loc, conf = rng.normal(size=(3, 3, 4)), rng.normal(size=(3, 3, 3))
    truth = np.array([[TRUTH]] * 3, dtype=float)
    truth[0, 0] = truth[0, 0] if box is None else box

    def loss(loc, conf, boxes, *truths):
        return al.multibox_loss(loc, conf, boxes[0, ...], *truths, reduction="sum")

    found = UNSEEN[route](loss, loc, conf, np.array([BOXES] * 3, dtype=float), truth, ids)
    spread(found, np.array([True, False, False]), np.zeros((3, 3), dtype=bool))


def test_a_bad_default_box_is_seen_by_the_images_that_use_it():
    rng = np.random.default_rng(6)
    loc, conf = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 3))
    boxes, where = BOXES.astype(float), np.array([[True, True, True], [True, True, False]])
    boxes[2] = (5, 5, 5, 9)
    truth, ids = np.array([[TRUTH]] * 2, dtype=float), np.array([[1], [2]])

    def loss(loc, conf, boxes, where):
        return al.multibox_loss(loc, conf, boxes, jnp.asarray(truth), jnp.asarray(ids), where=where, reduction="sum")

    found = jitted(jax.grad(loss, argnums=(0, 1)), loc, conf, boxes, where)
    spread(found, np.array([True, False]), ~where)

    def of_one(loc, conf):
        arrays = (torch.tensor(each) for each in (boxes, truth[:1], ids[:1]))
        return al.multibox_loss(loc[None], conf[None], *arrays, reduction="sum")

    with pytest.raises(al.DomainError, match="`default_boxes` must hold boxes"):
        torch.func.vmap(of_one)(torch.tensor(loc), torch.tensor(conf))


@eager
def test_a_bad_value_that_is_seen_is_an_error(library):
    array = EAGER[library]
    loc, conf = np.zeros((4, 4, 4)), np.zeros((4, 4, 3))

    def call():
        return al.ssd_loss(array(loc), array(conf), array(loc), array(WITH_BAD_IDS), reduction="none")

    if library == "strict":
        np.testing.assert_array_equal(np.isnan(host(call())), [True, False, True, False])
        return
    text = r"`conf_target` must hold class ids in \[0, 3\), or -1 where a box is left out, got 7 at position \(0, 0\)"
    with pytest.raises(al.DomainError, match=text):
        call()


# --- what is said to those who pad otherwise ------------------------------------------------------------------------


def said(kind, *ground_truths, array=np.asarray, **options):
    with pytest.raises(kind) as raised:
        al.multibox_loss(
            *map(array, (np.zeros((2, 3, 4)), np.zeros((2, 3, 3)), BOXES.astype(float))), *ground_truths, **options
        )
    return str(raised.value).removeprefix("multibox_loss: ")


@pytest.mark.parametrize("library", ["numpy", "torch", "jax"])
def test_padding_without_validity(library):
    array = EAGER[library]
    truth = np.array([[TRUTH, TRUTH], [TRUTH, [0, 0, 0, 0]]], dtype=float)
    labels = np.array([[1, 2], [1, 0]])
    must = "hold class ids in [0, 3) other than the background 0, or -1 for what is to be left out"
    found = said(al.DomainError, array(truth), array(labels), array=array)
    assert found == f"`gt_labels` must {must}; padding needs `gt_valid`, got 0 at position (1, 1)"
    found = said(al.DomainError, array(truth), array(labels + 1), array=array, background=0)
    assert found.startswith(f"`gt_labels` must {must}, got 3")  # no label of the background: no padding
    found = said(al.DomainError, array(truth), array(np.maximum(labels, 1)), array=array)
    must = "hold boxes (x1, y1, x2, y2) with x1 < x2 and y1 < y2"
    assert found == f"`gt_boxes` must {must}; padding needs `gt_valid`, got a box without area at position (1, 1)"
    found = said(al.DomainError, array(truth), array(np.maximum(labels, 1)), array(labels >= 0), array=array)
    assert found == f"`gt_boxes` must {must}, got a box without area at position (1, 1)"
    valid = array(labels > 0)
    zeros = map(array, (np.zeros((2, 3, 4)), np.zeros((2, 3, 3)), BOXES.astype(float), truth, labels))
    assert np.isfinite(float(al.multibox_loss(*zeros, valid)))


@pytest.mark.parametrize("library", ["numpy", "torch", "jax", "lists"])
def test_a_list_of_the_images_boxes(library):
    array = np.asarray if library == "lists" else EAGER[library]
    boxes = [np.array([TRUTH] * n, dtype=float) for n in (1, 3)]
    ids = [np.ones(n, dtype=int) for n in (1, 3)]
    if library == "lists":
        boxes, ids = ([each.tolist() for each in some] for some in (boxes, ids))
    else:
        boxes, ids = ([array(each) for each in some] for some in (boxes, ids))
    must = (
        "pad the images to one number G, and say by `gt_valid` what is no padding, got a list of 1 to 3 for each image"
    )
    assert said(al.ShapeError, boxes, ids, array=array) == f"`gt_boxes` must be one array (B, G, 4): {must}"
    assert said(al.ShapeError, tuple(boxes), ids, array=array) == f"`gt_boxes` must be one array (B, G, 4): {must}"
    padded = array(np.array([[TRUTH] * 3] * 2, dtype=float))
    assert said(al.ShapeError, padded, ids, array=array) == f"`gt_labels` must be one array (B, G): {must}"


@pytest.mark.parametrize("library", ["torch", "jax"])
def test_a_list_of_arrays_of_one_length(library):
    array = EAGER[library]
    boxes = [array(np.array([TRUTH], dtype=float))] * 2
    found = said(al.ShapeError, boxes, array(np.array([[1], [1]])), array=array)
    assert found == "`gt_boxes` must be one array (B, G, 4): stack those of the images, got a list of 2 arrays"
    loc, conf, defaults = (array(each) for each in (np.zeros((2, 3, 4)), np.zeros((2, 3, 2)), BOXES.astype(float)))
    host_data = [[TRUTH.tolist()]] * 2, [[1], [1]]
    found = al.multibox_loss(loc, conf, defaults, *host_data, reduction="sum")
    np.testing.assert_allclose(float(found), 2 * (OF_BOX + 3 * log(2)), rtol=1e-6)


def test_boxes_by_width_and_height():
    """(x, y, w, h) has x2 < x1: what the corners are is said."""
    must = r"hold boxes \(x1, y1, x2, y2\) with x1 < x2 and y1 < y2, got a box without area at position \(0\)"
    with pytest.raises(al.DomainError, match=f"encode_boxes: `boxes` must {must}"):
        al.encode_boxes(np.array([[90.0, 50.0, 20.0, 30.0]]), BOXES[:1])
