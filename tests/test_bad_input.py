"""Bad input: the error's kind and its whole wording, in the user's words."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al

X = np.array([[0.5, -1.0, 2.0], [0.0, 1.0, -0.5]])
IDS = np.array([0, 2])
P = np.array([0.2, 0.7])
LOC, CONF = np.zeros((2, 3, 4)), np.zeros((2, 3, 5))
BOXES = np.array([[0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 2.0, 2.0], [0.0, 1.0, 1.0, 3.0]])
TRUTH, LABELS = np.array([[[0.0, 0.0, 1.0, 1.0]]] * 2), np.array([[1], [2]])
T = torch.tensor

SHAPE, DTYPE, OPTION, DOMAIN, LIBRARY, ARGUMENT = (
    al.ShapeError,
    al.DTypeError,
    al.OptionError,
    al.DomainError,
    al.NamespaceError,
    al.ArgumentError,
)

BAD = [
    # shapes
    (lambda: al.mse_loss(X, X[:1]), SHAPE, "mse_loss: `target` must have the shape of `input`, (2, 3), got (1, 3)"),
    (lambda: al.l1_loss(X, 0.0), SHAPE, "l1_loss: `target` must have the shape of `input`, (2, 3), got ()"),
    (lambda: al.cross_entropy(X, [0, 1, 2]), SHAPE, "cross_entropy: `target` must have shape (N, *S) = (2,), got (3,)"),
    (
        lambda: al.cross_entropy(X, X[:1]),
        SHAPE,
        "cross_entropy: `target` must have shape (N, C, *S) = (2, 3), got (1, 3)",
    ),
    (
        lambda: al.cross_entropy(X, IDS, [1.0, 2.0]),
        SHAPE,
        "cross_entropy: `weight` must have shape (C,) = (3,), got (2,)",
    ),
    (lambda: al.focal_loss(X, IDS, alpha=[0.5]), SHAPE, "focal_loss: `alpha` must have shape (C,) = (3,), got (1,)"),
    (
        lambda: al.mse_loss(X, X, weight=np.ones(2)),
        SHAPE,
        "mse_loss: `weight` must be broadcastable to the shape of `input`, (2, 3), got (2,)",
    ),
    (
        lambda: al.mse_loss(X, X, where=np.ones((1, 2, 3), bool)),
        SHAPE,
        "mse_loss: `where` must have the shape of `input`, (2, 3) (any axis may be 1), (N,) = (2,) or (), got (1, 2, 3)",
    ),
    (
        lambda: al.cross_entropy(X, IDS, sample_weight=[[1.0, 2.0]]),
        SHAPE,
        "cross_entropy: `sample_weight` must have shape (N, *S) = (2,), or (), got (1, 2)",
    ),
    (
        lambda: al.binary_cross_entropy_with_logits(
            np.zeros((2, 3, 4, 4)), np.zeros((2, 3, 4, 4)), pos_weight=np.ones(3)
        ),
        SHAPE,
        "binary_cross_entropy_with_logits: `pos_weight` must be broadcastable to the shape of `input`, (2, 3, 4, 4), got (3,) (one value per entry of axis 1: reshape it to (-1, 1, 1))",
    ),
    (
        lambda: al.mse_loss(X, [[1.0, 2.0], [3.0]]),
        SHAPE,
        "mse_loss: `target` must be rectangular (every row of one length), got a list",
    ),
    (
        lambda: al.dice_loss(np.zeros((2, 3, 4)), np.zeros((2, 5), int)),
        SHAPE,
        "dice_loss: `target` must have shape (N, *S) = (2, 4), for class ids, or (N, C, *S) = (2, 3, 4), got (2, 5)",
    ),
    (
        lambda: al.dice_loss(np.zeros(3), np.zeros(3, int)),
        SHAPE,
        "dice_loss: `input` must have shape (N, C, *S), got (3,)",
    ),
    (lambda: al.ssd_loss(X, CONF, LOC, LABELS), SHAPE, "ssd_loss: `loc_pred` must have shape (B, A, 4), got (2, 3)"),
    (
        lambda: al.ssd_loss(LOC, CONF[:, :2], LOC, np.zeros((2, 3), int)),
        SHAPE,
        "ssd_loss: `conf_pred` must have shape (B, A, K) = (2, 3, K), got (2, 2, 5)",
    ),
    (
        lambda: al.multibox_loss(LOC, CONF, BOXES[:2], TRUTH, LABELS),
        SHAPE,
        "multibox_loss: `default_boxes` must have shape (A, 4) = (3, 4), got (2, 4)",
    ),
    (
        lambda: al.multibox_loss(LOC, CONF, BOXES, TRUTH[0], LABELS),
        SHAPE,
        "multibox_loss: `gt_boxes` must have shape (B, G, 4) = (2, G, 4), got (1, 4)",
    ),
    (lambda: al.box_iou(X, X), SHAPE, "box_iou: `a` must have 4 as its last axis (x1, y1, x2, y2), got (2, 3)"),
    (
        lambda: al.hard_negative_mask(P, np.ones(3, bool)),
        SHAPE,
        "hard_negative_mask: `positive` must have the shape of `loss`, (2,), got (3,)",
    ),
    # dtypes
    (
        lambda: al.mse_loss(IDS, IDS),
        DTYPE,
        "mse_loss: `input` must have a floating dtype (float16, bfloat16, float32 or float64), got int64",
    ),
    (
        lambda: al.cross_entropy(X, IDS > 0),
        DTYPE,
        "cross_entropy: `target` must hold integer class ids or floating class probabilities, got bool; labels are integers: convert them to an integer dtype",
    ),
    (lambda: al.nll_loss(X, X), DTYPE, "nll_loss: `target` must hold integer class ids, got float64"),
    (
        lambda: al.mse_loss(X, X, where=np.ones((2, 3))),
        DTYPE,
        "mse_loss: `where` must have a boolean dtype, got float64; write where != 0",
    ),
    (lambda: al.mse_loss(X, X * 1j), DTYPE, "mse_loss: `target` must hold real numbers, got complex128"),
    (lambda: al.mse_loss(X, X > 0), DTYPE, "mse_loss: `target` must hold numbers, got bool"),
    (
        lambda: al.ssd_loss(LOC, CONF, LOC, np.zeros((2, 3))),
        DTYPE,
        "ssd_loss: `conf_target` must have an integer dtype (class ids), got float64",
    ),
    (lambda: al.smooth_l1_loss(X, X, beta="1"), DTYPE, 'smooth_l1_loss: `beta` must be a finite number >= 0, got "1"'),
    (
        lambda: al.focal_loss(X, IDS, gamma=T([2.0])),
        DTYPE,
        "focal_loss: `gamma` must be a finite number >= 0, or such a 0-d array, got a Tensor of shape (1,)",
    ),
    (
        lambda: al.cross_entropy(X, IDS, ignore_index=1.0),
        DTYPE,
        "cross_entropy: `ignore_index` must be an integer, got 1.0",
    ),
    (lambda: al.dice_loss(X, IDS, batch=1), DTYPE, "dice_loss: `batch` must be True or False, got 1"),
    # options
    (
        lambda: al.mse_loss(X, X, reduction="avg"),
        OPTION,
        'mse_loss: `reduction` must be "mean", "sum", "none" or "sums", got "avg"',
    ),
    (
        lambda: al.mse_loss(X, X, reduction=None),
        OPTION,
        'mse_loss: `reduction` must be "mean", "sum", "none" or "sums", got None; None is "none" here',
    ),
    (
        lambda: al.mse_loss(X, X, normalizer="batch"),
        OPTION,
        'mse_loss: `normalizer` must be None, "weights", "count", a number or a 0-d array, got "batch"',
    ),
    (lambda: al.mse_loss(X, X, normalizer=-1), OPTION, "mse_loss: `normalizer` must be a finite number >= 0, got -1"),
    (
        lambda: al.smooth_l1_loss(X, X, beta=-0.5),
        OPTION,
        "smooth_l1_loss: `beta` must be a finite number >= 0, got -0.5",
    ),
    (lambda: al.huber_loss(X, X, delta=0), OPTION, "huber_loss: `delta` must be a finite number > 0, got 0"),
    (
        lambda: al.cross_entropy(X, IDS, label_smoothing=1.5),
        OPTION,
        "cross_entropy: `label_smoothing` must be a number in [0, 1], got 1.5",
    ),
    (
        lambda: al.sigmoid_focal_loss(P, P, alpha=-1),
        OPTION,
        "sigmoid_focal_loss: `alpha` must be a number in [0, 1] or None, got -1",
    ),
    (
        lambda: al.cross_entropy(X, IDS, axis=2),
        OPTION,
        "cross_entropy: `axis` must name one of the 2 axes of `input`, of shape (2, 3), got 2",
    ),
    (
        lambda: al.cross_entropy(X, abs(X) / 2, ignore_index=1),
        OPTION,
        "cross_entropy: `ignore_index` must be negative when `target` holds class probabilities, got 1",
    ),
    (
        lambda: al.dice_loss(X, abs(X) / 2, ignore_index=1),
        OPTION,
        "dice_loss: `ignore_index` must be negative when `target` holds probabilities, got 1",
    ),
    (
        lambda: al.dice_loss(X, IDS, activation="Softmax"),
        OPTION,
        'dice_loss: `activation` must be "softmax", "sigmoid" or None, got "Softmax"',
    ),
    (
        lambda: al.dice_loss(X, X > 0, axis=None),
        OPTION,
        'dice_loss: `activation` must be "sigmoid" or None for a binary map (axis=None), got "softmax"',
    ),
    (lambda: al.dice_loss(X, IDS, axis=0), OPTION, "dice_loss: `axis` must not be the batch axis 0, got 0"),
    (
        lambda: al.ssd_loss(LOC, CONF, LOC, np.zeros((2, 3), int), background=5),
        OPTION,
        "ssd_loss: `background` must be a class id in [0, 5), got 5",
    ),
    (
        lambda: al.encode_boxes(BOXES, BOXES, variances=(0.1,)),
        OPTION,
        "encode_boxes: `variances` must be 2 numbers, got a tuple",
    ),
    (
        lambda: al.smooth_labels(IDS),
        OPTION,
        "smooth_labels: `num_classes` must be the number of classes, for class ids, got None",
    ),
    (
        lambda: al.catalog("vision"),
        OPTION,
        'catalog: `task` must be None or one of binary, multiclass, multilabel, detection, segmentation, regression, ranking, embedding, sequence, distribution, got "vision"',
    ),
    # values, where looking is free
    (
        lambda: al.cross_entropy(X, [0, 3]),
        DOMAIN,
        "cross_entropy: `target` must hold class ids in [0, 3) or ignore_index = -100, got 3 at position (1)",
    ),
    (
        lambda: al.cross_entropy(T(X), T([-1, 0])),
        DOMAIN,
        "cross_entropy: `target` must hold class ids in [0, 3) or ignore_index = -100, got -1 at position (0)",
    ),
    (
        lambda: al.nll_loss(jnp.asarray(X), [7, 0]),
        DOMAIN,
        "nll_loss: `target` must hold class ids in [0, 3) or ignore_index = -100, got 7 at position (0)",
    ),
    (
        lambda: al.binary_cross_entropy(P * 2, P),
        DOMAIN,
        "binary_cross_entropy: `input` must hold values in [0, 1], got 1.4 at position (1); logits are for `binary_cross_entropy_with_logits`",
    ),
    (
        lambda: al.binary_cross_entropy_with_logits(P, [0, 2]),
        DOMAIN,
        "binary_cross_entropy_with_logits: `target` must hold values in [0, 1], got 2.0 at position (1)",
    ),
    (
        lambda: al.cross_entropy(X, X),
        DOMAIN,
        "cross_entropy: `target` must hold values in [0, 1], got -1.0 at position (0, 1)",
    ),
    (
        lambda: al.multibox_loss(LOC, CONF, BOXES, TRUTH, LABELS * 0),
        DOMAIN,
        "multibox_loss: `gt_labels` must hold class ids in [0, 5) other than the background 0, or -1 for what is to be left out; padding needs `gt_valid`, got 0 at position (0, 0)",
    ),
    (
        lambda: al.multibox_loss(LOC, CONF, BOXES, TRUTH * 0, LABELS),
        DOMAIN,
        "multibox_loss: `gt_boxes` must hold boxes (x1, y1, x2, y2) with x1 < x2 and y1 < y2; padding needs `gt_valid`, got a box without area at position (0, 0)",
    ),
    (
        lambda: al.smooth_labels(IDS, num_classes=2),
        DOMAIN,
        "smooth_labels: `target` must hold class ids in [0, 2), got 2 at position (1)",
    ),
    # libraries
    (
        lambda: al.mse_loss([1.0], [2.0]),
        LIBRARY,
        "mse_loss: `input` must be an array (NumPy, PyTorch, JAX, CuPy, ...), got a list",
    ),
    (
        lambda: al.mse_loss(X, T(X)),
        LIBRARY,
        "mse_loss: `target` is a PyTorch tensor, `input` a NumPy array; convert it: target.numpy(force=True)",
    ),
    (
        lambda: al.mse_loss(T(X), jnp.asarray(X)),
        LIBRARY,
        "mse_loss: `target` is a JAX array, `input` a PyTorch tensor; convert it: torch.from_dlpack(target)",
    ),
    (
        lambda: al.cross_entropy(jnp.asarray(X), IDS, T([1.0] * 3)),
        LIBRARY,
        "cross_entropy: `weight` is a PyTorch tensor, `input` a JAX array; convert it: jax.numpy.from_dlpack(weight)",
    ),
    (
        lambda: al.mse_loss(T(X), T(X).to("meta")),
        LIBRARY,
        "mse_loss: `target` is on meta, `input` on cpu; move it: target.to(input.device)",
    ),
    (
        lambda: al.mse_loss(X, {"a": 1}),
        LIBRARY,
        "mse_loss: `target` must be an array, a number or nested lists, got a dict",
    ),
    # arguments
    (lambda: al.mse_loss(X), ARGUMENT, "mse_loss: `target` is missing"),
    (lambda: al.mse_loss(X, taget=X), ARGUMENT, "mse_loss: unknown option `taget`; did you mean `target`?"),
    (
        lambda: al.mse_loss(X, X, X),
        ARGUMENT,
        "mse_loss: takes 2 positional arguments (input, target), got 3; options are given by name",
    ),
    (lambda: al.mse_loss(X, X, input=X), ARGUMENT, "mse_loss: `input` is given twice, by position and by name"),
    (
        lambda: al.mse_loss(X, X, reducton="sum"),
        ARGUMENT,
        "mse_loss: unknown option `reducton`; did you mean `reduction`?",
    ),
    (lambda: al.MSELoss(reducton="sum"), ARGUMENT, "MSELoss: unknown option `reducton`; did you mean `reduction`?"),
    (lambda: al.FocalLoss(gamma=-1), OPTION, "FocalLoss: `gamma` must be a finite number >= 0, got -1"),
    (
        lambda: al.CrossEntropyLoss(sample_weight=[1.0]),
        ARGUMENT,
        "CrossEntropyLoss: `sample_weight` belongs to a batch; give it when the loss is called",
    ),
    (
        lambda: al.from_config({"loss": "DiseLoss"}),
        OPTION,
        'from_config: `loss` must be the class name of a loss (did you mean `DiceLoss`?), got "DiseLoss"',
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), BAD, ids=[message[:60] for _, _, message in BAD])
def test_message(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
    assert isinstance(caught.value, ValueError | TypeError)


def test_there_are_many():
    assert len(BAD) >= 40


@pytest.mark.parametrize("bad", [-1, 3, 2**31 - 1])
def test_a_bad_label_is_nan_where_looking_costs(bad):
    """Under jit, compile and vmap: that element NaN, the others untouched."""
    ids, fine = np.array([0, bad]), np.array([0, 0])
    for loss in (al.cross_entropy, al.focal_loss, al.nll_loss, al.label_smoothing_loss):
        good = loss(X, fine, reduction="none")
        compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
        found = [
            jax.jit(lambda x, y, loss=loss: loss(x, y, reduction="none"))(X_JAX, jnp.asarray(ids)),
            compiled(T(X), T(ids), reduction="none"),
            torch.func.vmap(loss)(T(X)[:, None], T(ids)[:, None]),
        ]
        for each in map(np.asarray, found):
            np.testing.assert_allclose(each[0], good[0], rtol=1e-12)
            assert np.isnan(each[1])


def test_a_bad_probability_is_nan_where_looking_costs():
    target = jnp.asarray([0.5, 1.5])
    for loss in (al.binary_cross_entropy_with_logits, al.sigmoid_focal_loss, al.binary_cross_entropy):
        found = np.asarray(jax.jit(lambda x, y, loss=loss: loss(x, y, reduction="none"))(jnp.asarray(P), target))
        assert np.isfinite(found[0])
        assert np.isnan(found[1])


def test_a_label_beyond_int32_stays_bad_in_32_bit_jax():
    with jax.enable_x64(False), pytest.raises(al.DomainError):
        al.cross_entropy(jnp.zeros((1, 3)), np.array([2**32]))


X_JAX = jnp.asarray(X)


@pytest.mark.parametrize("loss", [al.mse_loss, al.cross_entropy, al.focal_loss, al.listnet_loss, al.dice_ce_loss])
def test_a_required_array_is_not_none(loss):
    with pytest.raises(al.NamespaceError, match="`target` must be an array, a number or nested lists, got None"):
        loss(np.zeros((2, 3, 4)), None)
