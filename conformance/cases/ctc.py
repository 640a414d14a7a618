"""Connectionist temporal classification."""

from dataclasses import replace
from itertools import product

import numpy as np

import array_losses as al

from ..benchmark import Benchmark, PeerCall
from ..case import Allowance, Case
from ..peer import Defect, NotCovered, Peer
from ..reference import EXACT, collect, exact, per_sample, surprise
from ..sequences import invalid, samples


def spelled(path, blank):
    """What a sequence of frames says: repeats merged, then blanks dropped."""
    merged = [each for i, each in enumerate(path) if i == 0 or path[i - 1] != each]
    return [each for each in merged if each != blank]


def reference(
    log_probs, targets, input_lengths, target_lengths, *, blank=0, zero_infinity=False, from_logits=False,
    length_normalize=True, sample_weight=None, where=None,
):  # fmt: skip
    """The sum over all paths of the labels in question, which are few."""

    def log_p(t, n, c):
        return -surprise(log_probs[t, n], c) if from_logits else exact(log_probs[t, n, c])

    def element(index):
        (n,) = index
        frames, y = int(input_lengths[n]), [int(each) for each in targets[n, : target_lengths[n]]]
        choices = sorted({blank, *y})
        logs = [{c: log_p(t, n, c) for c in choices} for t in range(frames)]
        total = exact(0)
        for path in product(choices, repeat=frames):
            if spelled(path, blank) == y:
                total += EXACT.exp(sum((logs[t][c] for t, c in enumerate(path)), exact(0)))
        if total:
            return -EXACT.log(total), 1.0
        return exact(0) if zero_infinity else EXACT.inf, 1.0

    found = collect(targets.shape[:1], element, divisor="count", sample_weight=sample_weight, where=where)
    return replace(found, sizes=np.maximum(target_lengths, 1) if length_normalize else None)


PROMISES = frozenset(
    {
        "nonnegative",
        "linear in the weights",
        "samples may be permuted",
        "classes may be renamed, the blank too",
        "more room changes nothing",
        "time may be reversed",
        "logits of any height",
        "a path of one frame a label is cross-entropy",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def there(arrays, where):
    """The samples that `where` keeps, labels after the end of a sequence a blank."""
    x, y, frames, labels = arrays
    kept = per_sample(True if where is None else where, frames.shape)
    return x[:, kept], y[kept], frames[kept], labels[kept], kept


def put_back(found, kept):
    out = np.zeros(kept.shape)
    out[kept] = np.asarray(found)
    return out


def by_torch(
    oracle, *arrays, blank=0, zero_infinity=False, from_logits=False, length_normalize=True, where=None, reduction
):  # fmt: skip
    if reduction == "mean" and not length_normalize:
        raise NotCovered("its mean is of losses divided by their lengths")
    x, y, frames, labels, kept = there(arrays, where)
    if not kept.any() or not len(x):
        raise NotCovered("no empty batch, and one frame at least")
    x = oracle.tensor(x)
    x = x.log_softmax(2) if from_logits else x
    tensors = (oracle.tensor(each.astype(np.int64)) for each in (y, frames, labels))
    found = oracle.F.ctc_loss(x, *tensors, blank=blank, zero_infinity=zero_infinity, reduction=reduction)
    return put_back(found, kept) if reduction == "none" else found


def by_optax(oracle, *arrays, blank=0, from_logits=False, where=None, reduction):
    """It takes the softmax itself, of log-probabilities too, which that leaves as they are."""
    x, y, frames, labels, kept = there(arrays, where)
    if not kept.any() or not x.size or not y.size:
        raise NotCovered("no empty batch, one frame and room for one label at least")
    if not from_logits and not np.allclose(np.exp(x).sum(axis=2)[np.arange(len(x))[:, None] < frames], 1):
        raise NotCovered("it normalizes")
    padding = [np.arange(size) >= each[:, None] for size, each in ((len(x), frames), (y.shape[1], labels))]
    x = np.where(padding[0].T[..., None], 0.0, x).swapaxes(0, 1)
    y = np.where(padding[1], blank, y)
    return put_back(oracle.optax.ctc_loss(x, padding[0] * 1.0, y, padding[1] * 1.0, blank_id=blank), kept)


def by_keras(oracle, *arrays, blank=0, from_logits=False, where=None, reduction):
    """Its operator, which the loss calls with lengths of its own."""
    x, y, frames, labels, kept = there(arrays, where)
    if not kept.any() or not x.size or not y.size:
        raise NotCovered("no empty batch, one frame and room for one label at least")
    if not from_logits and not np.allclose(np.exp(x).sum(axis=2)[np.arange(len(x))[:, None] < frames], 1):
        raise NotCovered("it normalizes")
    y = np.where(np.arange(y.shape[1]) < labels[:, None], y, blank)
    return put_back(oracle.keras.ops.ctc_loss(y, x.swapaxes(0, 1), labels, frames, mask_index=blank), kept)


def draw_speech(rng, n):
    """Frames of 64 classes, eight times as many as labels, 16 samples where there are enough numbers."""
    count = 16 if n >= 1 << 14 else 2
    frames = max(4, n // (64 * count))
    z = rng.standard_normal((frames, count, 64), dtype=np.float32)
    labels = max(1, frames // 8)
    return z, rng.integers(1, 64, (count, labels)), np.full(count, frames), np.full(count, labels)


def of_torch(F):
    def loss(x, y, frames, labels):
        return F.ctc_loss(F.log_softmax(x, 2), y, frames, labels)

    return loss


def of_optax(optax):
    import jax.numpy as jnp

    def loss(x, y, frames, labels):
        padding = [jnp.arange(size) >= each[:, None] for size, each in ((len(x), frames), (y.shape[1], labels))]
        found = optax.ctc_loss(x.swapaxes(0, 1), padding[0] * 1.0, y, padding[1] * 1.0)
        return (found / labels).mean()

    return loss


DEFECTS = (
    Defect(
        "optax",
        ("ctc_loss",),
        ("infinite loss",),
        "number",
        "about 100000 for a target that does not fit",
        "its logarithm of 0 is -1e5",
        "google-deepmind/optax#1771",
        ("none",),
    ),
    Defect(
        "optax",
        ("ctc_loss",),
        ("class excluded, logits",),
        "nan",
        "NaN where a logit is minus infinity",
        "0 * inf is NaN",
        reductions=("none",),
    ),
    Defect(
        "keras",
        ("ctc_loss",),
        ("infinite loss",),
        "number",
        "about 100000 for a target that does not fit",
        "its logarithm of 0 is -1e5",
        reductions=("none",),
    ),
    Defect(
        "keras",
        ("ctc_loss",),
        ("padded with nan and inf*", "class excluded, logits"),
        "nan",
        "NaN where a logit is minus infinity, and from frames after the end",
        "0 * inf is NaN",
        reductions=("none",),
    ),
)
RIVALS = (
    PeerCall("torch", "F.ctc_loss", of_torch),
    PeerCall("optax", "optax.ctc_loss", of_optax),
)
CASE = Case(
    "ctc_loss",
    al.ctc_loss,
    samples,
    reference,
    differentiable=("log_probs",),
    allowance=Allowance("a sum of a few logarithms, of numbers of order 1", ulps=8.0, scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer(by_torch, scale=1.0),
        "optax": Peer(by_optax, reductions=("none",), scale=1.0),
        "keras": Peer(by_keras, reductions=("none",), scale=1.0),
        "sklearn": "no loss of sequences",
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=draw_speech, rivals=RIVALS, options={"from_logits": True}, smallest=512),),
)
