"""What a detector is fed with: box formats, default boxes, padded ground truths."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al

MAKERS = {"numpy": np.asarray, "torch": torch.asarray, "jax": jnp.asarray}
SAME = {  # one box in the three ways
    "xyxy": [10.0, 20.0, 16.0, 28.0],
    "xywh": [10.0, 20.0, 6.0, 8.0],
    "cxcywh": [13.0, 24.0, 6.0, 8.0],
}


@pytest.mark.parametrize("library", MAKERS)
@pytest.mark.parametrize("in_fmt", SAME)
@pytest.mark.parametrize("out_fmt", SAME)
def test_one_box_in_every_way(library, in_fmt, out_fmt):
    for dtype in (np.float32, np.float16, np.int32)[: 3 if library != "jax" else 1]:
        box = MAKERS[library](np.array([[SAME[in_fmt]] * 2], dtype))
        found = al.box_convert(box, in_fmt, out_fmt)
        assert type(found) is type(box)
        assert found.tolist() == [[SAME[out_fmt]] * 2]
        assert dtype is np.int32 or found.dtype == box.dtype


def test_boxes_are_differentiable_and_may_be_few():
    slope = jax.grad(lambda box: al.box_convert(box, "cxcywh", "xyxy")[0])(jnp.asarray(SAME["cxcywh"]))
    assert slope.tolist() == [1.0, 0.0, -0.5, 0.0]
    tape = al.grad(lambda box: al.box_convert(box, "cxcywh", "xyxy")[0])(np.array(SAME["cxcywh"]))
    assert tape.tolist() == slope.tolist()
    assert al.box_convert(np.zeros((0, 4)), "xywh", "xyxy").shape == (0, 4)
    assert al.box_convert(torch.zeros(3, 4, device="meta"), "xywh", "xyxy").shape == (3, 4)


def reference(sizes, scales, ratios):
    """The boxes, written as the paper says it."""
    found = []
    for k, (rows, columns) in enumerate(sizes):
        for i in range(rows):
            for j in range(columns):
                shapes = [(scales[k], scales[k]), ((scales[k] * scales[k + 1]) ** 0.5,) * 2]
                for r in ratios[k]:
                    shapes += [(scales[k] * r**0.5, scales[k] / r**0.5), (scales[k] / r**0.5, scales[k] * r**0.5)]
                found += [[(j + 0.5) / columns, (i + 0.5) / rows, w, h] for w, h in shapes]
    return np.array(found)


@pytest.mark.parametrize("library", MAKERS)
def test_default_boxes_are_those_of_the_paper(library):
    like = MAKERS[library](np.zeros(1, np.float32))
    found = al.default_boxes([(2, 3), 1], [0.2, 0.5], [[2], [2, 3]], like=like)
    assert (type(found), found.dtype) == (type(like), like.dtype)
    centres = np.asarray(al.box_convert(found, "xyxy", "cxcywh"))
    np.testing.assert_allclose(centres, reference([(2, 3), (1, 1)], [0.2, 0.5, 1.0], [[2], [2, 3]]), atol=1e-6)


def test_ssd300_has_8732_boxes():
    sizes, ratios = [38, 19, 10, 5, 3, 1], [[2], [2, 3], [2, 3], [2, 3], [2], [2]]
    scales = [0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05]
    boxes = al.default_boxes(sizes, scales, ratios, like=np.zeros(1), clip=True)
    assert boxes.shape == (8732, 4)
    assert boxes.min() == 0
    assert boxes.max() == 1
    loose = al.default_boxes(sizes, scales, ratios, like=np.zeros(1))
    np.testing.assert_array_equal(boxes, loose.clip(0, 1))


@pytest.mark.parametrize("library", MAKERS)
def test_padded_ground_truths_feed_the_loss(library):
    make, rng = MAKERS[library], np.random.default_rng(0)
    defaults = al.default_boxes([2], [0.4], [[2]], like=make(np.zeros(1, np.float32)))
    images = [make(np.float32([[0.1, 0.1, 0.5, 0.6], [0.4, 0.3, 0.9, 0.9]])), [], make(np.float32([[0, 0, 1, 1]]))]
    ids = [make(np.array([2, 1])), [], [1]]
    boxes, labels, valid = al.pad_ground_truth(images, ids)
    assert (tuple(boxes.shape), labels.tolist()) == ((3, 2, 4), [[2, 1], [0, 0], [1, 0]])
    assert valid.tolist() == [[True, True], [False, False], [True, False]]
    assert type(boxes) is type(labels) is type(valid) is type(defaults)
    more = al.pad_ground_truth(images, ids, max_count=5)
    assert tuple(more[0].shape) == (3, 5, 4)
    if library != "jax":  # which would compile twice
        loc, conf = (make(rng.normal(size=(3, 16, n)).astype(np.float32)) for n in (4, 3))
        loss = al.multibox_loss(loc, conf, defaults, boxes, labels, valid)
        assert float(al.multibox_loss(loc, conf, defaults, *more)) == pytest.approx(float(loss), rel=1e-6)


def test_dtypes_of_ground_truths():
    boxes, labels, _ = al.pad_ground_truth([[[0, 0, 5, 5]], []], [[1], []], like=torch.zeros(1, dtype=torch.float16))
    assert (boxes.dtype, labels.dtype) == (torch.float32, torch.int64)
    boxes, labels, valid = al.pad_ground_truth([np.array([[0, 0, 5, 5]])], [np.array([7], np.uint8)])
    assert boxes.tolist() == [[[0.0, 0.0, 5.0, 5.0]]]
    assert labels.tolist() == [[7]]
    boxes, labels, valid = al.pad_ground_truth([[], np.zeros((0, 4))], [[], np.zeros(0, int)])
    assert [tuple(each.shape) for each in (boxes, labels, valid)] == [(2, 0, 4), (2, 0), (2, 0)]
    boxes, _, valid = al.pad_ground_truth([[], []], [[], []], max_count=2, like=jnp.zeros(1))
    assert (boxes.shape, valid.tolist()) == ((2, 2, 4), [[False] * 2] * 2)
    on_meta = al.pad_ground_truth(
        [torch.zeros(2, 4, device="meta"), []], [torch.zeros(2, device="meta", dtype=int), []]
    )
    assert [each.device.type for each in on_meta] == ["meta"] * 3


BOX = np.ones((2, 4))
convert, default, pad = al.box_convert, al.default_boxes, al.pad_ground_truth
WRONG = [
    (lambda: convert(BOX, "xyxy", "yolo"), 'box_convert: `out_fmt` must be "xyxy", "xywh" or "cxcywh", got "yolo"'),
    (lambda: convert(BOX[:, :3], "xyxy", "xywh"), r"box_convert: `boxes` must have 4 as its last axis, got \(2, 3"),
    (lambda: convert([[1.0] * 4], "xyxy", "xywh"), "box_convert: `boxes` must be an array"),
    (lambda: convert(BOX > 0, "xyxy", "xywh"), "box_convert: `boxes` must have an integer or floating dtype"),
    (lambda: default([3], [0.1], [[2], [3]], like=BOX), "`aspect_ratios` must hold a list for each of 1 feature"),
    (lambda: default([3, 1], [0.1], [[2], [3]], like=BOX), "`scales` must be as many as .*, 2, or one more, got 1"),
    (lambda: default([0], [0.1], [[2]], like=BOX), r"`feature_sizes\[0\]` must be an integer >= 1, got 0"),
    (lambda: default([(1, 2, 3)], [0.1], [[2]], like=BOX), r"`feature_sizes\[0\]` must be a size or a pair"),
    (lambda: default(3, [0.1], [[2]], like=BOX), "default_boxes: `feature_sizes` must be a list, got 3"),
    (lambda: default([3], [-0.1], [[2]], like=BOX), r"`scales\[0\]` must be a finite number > 0, got -0.1"),
    (lambda: default([3], [0.1], [2], like=BOX), r"default_boxes: `aspect_ratios\[0\]` must be a list, got 2"),
    (lambda: default([3], [0.1], [["2"]], like=BOX), r"`aspect_ratios\[0\]\[0\]` must be a finite .*, got \"2\""),
    (lambda: default([3], [0.1], [[2]], like=None), "default_boxes: `like` must be an array .*, got None"),
    (lambda: default([3], [0.1], [[2]], like=BOX, clip=1), "default_boxes: `clip` must be True or False, got 1"),
    (lambda: pad([], []), "pad_ground_truth: `boxes` must hold one image at least, got none"),
    (lambda: pad([[[0, 0, 1, 1]]], [[1]]), "`boxes` must hold an array, or `like` be given, .* lists alone"),
    (lambda: pad([BOX], []), "`labels` must have an entry for each of 1 images, got 0 of them"),
    (lambda: pad([BOX], [[1]]), r"`labels\[0\]` must have a class id for each of 2 boxes, got 1 of them"),
    (lambda: pad([BOX], [[]]), r"`labels\[0\]` must have a class id for each of 2 boxes, got 0 of them"),
    (lambda: pad([BOX], [[1, 2]], max_count=1), r"`boxes\[0\]` must hold 1 boxes at most .*, got 2"),
    (lambda: pad([BOX], [[1, 2]], max_count=-1), "`max_count` must be an integer >= 0, got -1"),
    (lambda: pad([BOX[0]], [[1]]), r"pad_ground_truth: `boxes\[0\]` must have shape \(G, 4\), got \(4,\)"),
    (lambda: pad([BOX], [[0.5, 1]]), r"pad_ground_truth: `labels\[0\]` must have an integer dtype"),
    (lambda: pad([BOX, torch.ones(1, 4)], [[1, 2], [1]]), r"`boxes\[1\]` is a PyTorch tensor, `boxes\[0\]` a"),
    (lambda: pad({0: BOX}, [[1, 2]]), "`boxes` must be a list with an entry for each image, got a dict"),
]


@pytest.mark.parametrize("i", range(len(WRONG)))
def test_what_is_wrong_is_said(i):
    call, message = WRONG[i]
    with pytest.raises(al.ArrayLossesError, match=message):
        call()
