"""Softmax cross-entropy of a linear map."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, PeerCall
from ..case import Allowance, Case, Sample
from ..class_samples import probabilities
from ..invalid import ids, narrow, unit
from ..peer import Peer
from ..reference import EXACT, collect, exact, times
from ..samples import mask, poisoned, weights
from . import cross_entropy


def reference(
    input,
    linear_weight,
    target,
    *,
    linear_bias=None,
    weight=None,
    ignore_index=-100,
    label_smoothing=0.0,
    softcap=None,
    z_loss=0.0,
    chunk_size=None,
    sample_weight=None,
    where=None,
):
    classes, places = range(len(linear_weight)), linear_weight.shape[1:-1]
    w = [exact(each) for each in (np.ones(len(linear_weight)) if weight is None else weight)]
    eps, batch = exact(label_smoothing), input.ndim - 1

    def logit(h, c, place):
        z = sum((exact(a) * exact(b) for a, b in zip(h, linear_weight[(c, *place)], strict=True)), EXACT.mpf(0))
        z += 0 if linear_bias is None else exact(linear_bias[(c, *place)])
        return z if softcap is None else exact(softcap) * EXACT.tanh(z / exact(softcap))

    def shares(index):
        """Of each class; those of an id are 0 and 1."""
        if target.dtype.kind == "f":
            return [exact(target[(*index[:batch], c, *index[batch:])]) for c in classes]
        return [exact(c == target[index]) for c in classes]

    def element(index):
        if target.dtype.kind != "f" and target[index] == ignore_index:
            return None
        z = [logit(input[index[:batch]], c, index[batch:]) for c in classes]
        top = max(z)
        normaliser = top + EXACT.log(sum(EXACT.exp(each - top) for each in z))
        q = shares(index)
        own = sum(map(times, w, q))
        loss = sum(times(w[c] * ((1 - eps) * q[c] + eps / len(z)), normaliser - z[c]) for c in classes)
        return loss + exact(z_loss) * own * normaliser**2, own

    divisor = "count" if target.dtype.kind == "f" else "weights"
    return collect((*input.shape[:-1], *places), element, divisor=divisor, sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(rows, features=3, classes=4):
        return rng.normal(size=(rows, features)), rng.normal(size=(classes, features)), rng.integers(0, classes, rows)

    x, a, y = draw(6)
    y[:4] = [0, 1, 2, 3]
    w, b = weights(rng, (4,)), rng.normal(size=4)
    yield Sample("plain", (x, a, y))
    yield Sample("one sample", (x[0], a, np.array(2)))
    yield Sample("one class", (x, a[:1], np.zeros(6, dtype=np.int64)))
    yield Sample("one feature", (x[:, :1], a[:, :1], y))
    yield Sample("empty batch", (x[:0], a, y[:0]))
    yield Sample("bias", (x, a, y), {"linear_bias": b})
    yield Sample("weight", (x, a, y), {"weight": w})
    yield Sample("smoothed", (x, a, y), {"label_smoothing": 0.2})
    yield Sample("smoothed, weight", (x, a, y), {"label_smoothing": 0.3, "weight": w})
    yield Sample("softcap", (x, a, y), {"softcap": 1.5})
    yield Sample("z-loss", (x, a, y), {"z_loss": 0.25})
    yield Sample("z-loss, weight", (x, a, y), {"z_loss": 0.25, "weight": w})
    every = {"linear_bias": b, "weight": w, "label_smoothing": 0.2, "softcap": 2.0, "z_loss": 0.1}
    yield Sample("every option", (x, a, y), every)
    yield Sample("every option, one sample", (x[1], a, np.array(1)), every)
    kept, own = mask(rng, (6,)), weights(rng, (6,))
    some = np.where(kept, y, -100)
    for size in (1, 2, 4, 5, 6):
        yield Sample(f"in chunks of {size}", (x, a, some), {**every, "sample_weight": own, "chunk_size": size})
    yield Sample("in chunks, plain", (x, a, y), {"chunk_size": 4})
    yield Sample("sample weight", (x, a, y), {"sample_weight": own})
    yield Sample("sample weight 0, in chunks", (x, a, y), {"sample_weight": np.zeros(1), "chunk_size": 4})
    yield Sample("masked", (x, a, y), {"where": kept, "sample_weight": own})
    bad = (poisoned(x, kept[:, None]), a, np.where(kept, y, 99))
    hidden = {"where": kept, "sample_weight": poisoned(own, kept)}
    yield Sample("masked nan, inf and bad ids", bad, hidden)
    yield Sample("masked nan, inf and bad ids, in chunks", bad, {**hidden, **every, "chunk_size": 2})
    none = np.zeros(6, dtype=bool)
    yield Sample("all masked", (poisoned(x, none[:, None]), a, y), {"where": none, "chunk_size": 4})
    yield Sample("ignored", (x, a, some))
    yield Sample("ignored nan and inf", (poisoned(x, kept[:, None]), a, some))
    yield Sample("another ignored id", (x, a, np.where(kept, y, 255)), {"ignore_index": 255})
    yield Sample("a class ignored", (x, a, y), {"ignore_index": 1, "weight": w, "chunk_size": 4})
    yield Sample("all ignored", (x, a, np.full(6, -100)))
    yield from soft(rng, draw, every)
    yield from positions(rng, every)
    yield from extreme(rng)


def soft(rng, draw, every):
    """Targets that are probabilities."""
    x, a, _ = draw(5)
    q = probabilities(rng, (5, 4))
    yield Sample("soft target", (x, a, q))
    yield Sample("soft target, one sample", (x[0], a, q[0]))
    yield Sample("soft target, empty batch", (x[:0], a, q[:0]))
    yield Sample("soft target, weight", (x, a, q), {"weight": weights(rng, (4,)), "sample_weight": weights(rng, (5,))})
    yield Sample("soft target, every option", (x, a, q), every)
    yield Sample("soft target, every option, in chunks", (x, a, q), {**every, "chunk_size": 2})
    kept = mask(rng, (5,))
    bad = (poisoned(x, kept[:, None]), a, poisoned(q, kept[:, None]))
    yield Sample("soft target, masked nan and inf", bad, {"where": kept, **every, "chunk_size": 2})
    yield Sample("hard floating target", (x, a, np.eye(4)[[0, 1, 2, 3, 0]]), smooth=False)


def positions(rng, every):
    """Several positions for each row."""

    def draw(rows, *places):
        return rng.normal(size=(rows, 3)), rng.normal(size=(4, *places, 3)), rng.integers(0, 4, (rows, *places))

    x, a, y = draw(5, 2)
    kept, own = mask(rng, (5, 2)), weights(rng, (5, 2))
    all_options = {**every, "linear_bias": rng.normal(size=(4, 2))}
    yield Sample("positions", (x, a, y))
    yield Sample("positions of two axes", draw(3, 2, 2), {"linear_bias": rng.normal(size=(4, 2, 2)), "chunk_size": 2})
    yield Sample("positions, one sample", (x[0], a, y[0]), {"chunk_size": 1})
    yield Sample("positions, empty batch", (x[:0], a, y[:0]))
    yield Sample("no positions", draw(3, 0))
    yield Sample("positions, every option", (x, a, y), {**all_options, "sample_weight": own})
    some = np.where(kept, y, -100)
    yield Sample("positions, in chunks", (x, a, some), {**all_options, "sample_weight": own, "chunk_size": 2})
    yield Sample("positions, weights of places, in chunks", (x, a, y), {"sample_weight": own[:1], "chunk_size": 2})
    yield Sample("positions, weights of samples, in chunks", (x, a, y), {"sample_weight": own[:, 0], "chunk_size": 4})
    bad = (poisoned(x, kept.any(axis=1)[:, None]), a, np.where(kept, y, 99))
    yield Sample("positions, masked nan, inf and bad ids", bad, {"where": kept, "chunk_size": 2})
    q = probabilities(rng, (5, 4, 2))
    yield Sample("positions, soft target", (x, a, q), all_options)
    yield Sample("positions, soft target, in chunks", (x, a, q), {**all_options, "where": kept, "chunk_size": 2})


def extreme(rng):
    head = np.eye(3)  # the logits are the input, exactly
    big = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0], [64.0, -64.0, 0.0], [1e4, 1e4, -1e4]])
    yield Sample("extreme, right", (big, head, np.array([0, 1, 0, 1])))
    yield Sample("extreme, wrong", (big, head, np.array([1, 0, 2, 2])), {"chunk_size": 3})
    yield Sample("extreme, softcap", (big, head, np.array([1, 0, 2, 2])), {"softcap": 30.0})
    out = {"linear_bias": np.array([0.5, -np.inf, -0.25])}
    x, a = rng.normal(size=(3, 2)), rng.normal(size=(3, 2))
    yield Sample("a class left out", (x, a, np.array([0, 2, 2])), out, smooth=False)
    yield Sample("infinite loss", (x, a, np.array([0, 1, 2])), {**out, "chunk_size": 2}, smooth=False)
    only = {"sample_weight": np.array([1.0, 0.0, 0.5])}
    yield Sample("infinite loss of weight 0", (x, a, np.array([0, 1, 2])), {**out, **only}, smooth=False)


def invalid(good):
    x, a, y = (good[name] for name in ("input", "linear_weight", "target"))
    (rows, features), classes = x.shape, len(a)
    flatten = "flatten the positions: input.reshape(-1, input.shape[-1]), target.reshape(-1)"
    yield good.but(al.ShapeError, "input", x[None], "have shape (N, D) or (D,)", f"{x[None].shape}; {flatten}")
    for bad in (a[0], a[:, :1], np.ones((classes, features + 1))):
        yield good.but(al.ShapeError, "linear_weight", bad, f"have shape (C, *S, D) = (C, *S, {features})")
    for bad in (y[:1], y[:, None], y[:0]):
        yield good.but(al.ShapeError, "target", bad, f"have shape (N, *S) = ({rows},)")
    for dtype in (np.bool_, np.complex64):
        yield good.but(
            al.DTypeError, "target", y.astype(dtype), "hold integer class ids or floating class probabilities"
        )
    floats = f"({rows},); floating targets are class probabilities, class ids are integers"
    yield good.but(al.ShapeError, "target", 1.0 * y, f"have shape (N, C, *S) = {(rows, classes)}", floats)
    for name, letters in (("linear_bias", "(C, *S)"), ("weight", "(C,)")):
        for size in (1, classes + 1):
            yield good.but(al.ShapeError, name, np.ones(size), f"have shape {letters} = ({classes},)")
    for name, size in (("linear_weight", a.shape), ("linear_bias", classes), ("weight", classes)):
        yield good.but(al.DTypeError, name, np.ones(size, dtype=np.complex64), "hold real numbers")
    yield from narrow(good, ("sample_weight", "where"), (rows,), "(N, *S)")
    yield from ids(good, "target", (2,), classes, " or ignore_index = -100")
    yield from ids(good.having(ignore_index=255, chunk_size=2), "target", (2,), classes, " or ignore_index = 255")
    soft = good.having(target=np.full((rows, classes), 1 / classes))
    yield from unit(soft, "target", (1, 2), spoiled=(1,))
    yield soft.but(al.OptionError, "ignore_index", 1, "be negative when `target` holds class probabilities")
    places = good.having(linear_weight=np.stack([a, a], axis=1), target=np.stack([y, y], axis=1))
    yield places.but(al.ShapeError, "target", y, f"have shape (N, *S) = {(rows, 2)}")
    yield places.but(al.ShapeError, "linear_bias", np.ones(classes), f"have shape (C, *S) = {(classes, 2)}")


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, x, w, y):
    return cross_entropy.textbook(np, x @ w.T, y)


def held(F):
    return lambda x, w, y: F.cross_entropy(F.linear(x, w), y)


def chunked(F):
    """Torch's own (2.13 and newer); its choice of chunks is far slower on a CPU than these."""
    import torch

    options = torch.nn.LinearCrossEntropyOptions(batch_chunk_size=512)
    return lambda x, w, y: F.linear_cross_entropy(x, w, y, options=options)


def of_optax(optax):
    return lambda x, w, y: optax.softmax_cross_entropy_with_integer_labels(x @ w.T, y).mean()


HEAD = Benchmark(
    draw=benchmark_inputs.language_head,
    textbook=textbook,
    rivals=(
        PeerCall("torch", "F.cross_entropy of F.linear", held),
        PeerCall("torch", "F.linear_cross_entropy, chunks of 512", chunked, compiles=False),
        PeerCall("optax", "optax of the logits", of_optax),
    ),
    variant="V=32000",
    heavy=True,
    wrt=2,
    sizes=(8192 * 32_000, 512 * 32_000),
)


CASE = Case(
    "linear_cross_entropy",
    al.linear_cross_entropy,
    samples,
    reference,
    differentiable=("input", "linear_weight"),
    allowance=Allowance(
        "a logit is a sum of products of order 1, and ln p_y a difference of such: their errors are absolute", scale=8.0
    ),
    invalid=invalid,
    promises=frozenset({"nonnegative", "linear in the weights"}),
    peers={
        "torch": Peer("linear_cross_entropy", ("linear_bias", "weight", "ignore_index", "label_smoothing"), scale=8.0),
    },
    benchmarks=(HEAD,),
    demo=("pixels", "weights", "labels"),
)
