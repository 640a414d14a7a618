"""Losses as a user writes them: in NumPy (also for JAX and CuPy, by their own `np`), and in plain torch."""

from __future__ import annotations

from typing import Any

Array = Any


# --- NumPy -----------------------------------------------------------------------------------------------------------


def bce(np: Any, p: Array, y: Array) -> Array:
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


def bce_with_logits(np: Any, z: Array, y: Array) -> Array:
    return (np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))).mean()


def sigmoid_focal(np: Any, z: Array, y: Array) -> Array:
    p = 1 / (1 + np.exp(-z))
    loss = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
    p_t = p * y + (1 - p) * (1 - y)
    return ((0.25 * y + 0.75 * (1 - y)) * (1 - p_t) ** 2 * loss).mean()


def log_softmax(np: Any, z: Array) -> Array:
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def nll(np: Any, log_p: Array, y: Array) -> Array:
    return -log_p[np.arange(len(y)), y].mean()


def cross_entropy(np: Any, z: Array, y: Array) -> Array:
    return nll(np, log_softmax(np, z), y)


def smoothed(np: Any, z: Array, y: Array) -> Array:
    log_p = log_softmax(np, z)
    return 0.9 * nll(np, log_p, y) - 0.1 * log_p.mean()


def focal(np: Any, z: Array, y: Array) -> Array:
    log_p = log_softmax(np, z)[np.arange(len(y)), y]
    return -((1 - np.exp(log_p)) ** 2 * log_p).mean()


def absolute(np: Any, x: Array, y: Array) -> Array:
    return np.abs(x - y).mean()


def square(np: Any, x: Array, y: Array) -> Array:
    return ((x - y) ** 2).mean()


def huber(np: Any, x: Array, y: Array) -> Array:
    d = np.abs(x - y)
    return np.where(d < 1, d * d / 2, d - 0.5).mean()


def dice(np: Any, z: Array, y: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = (e / e.sum(axis=1, keepdims=True))[:, 1:]
    t = (y[:, None, :] == np.arange(z.shape[1])[:, None])[:, 1:].astype(p.dtype)
    return (1 - (2 * (p * t).sum(axis=2) + 1e-7) / (p.sum(axis=2) + t.sum(axis=2) + 1e-7)).mean()


def ssd(np: Any, loc: Array, conf: Array, loc_target: Array, y: Array) -> Array:
    positive = y > 0
    count = positive.sum(axis=1, keepdims=True)
    d = np.abs(loc - loc_target)
    boxes = (np.where(d < 1, d * d / 2, d - 0.5).sum(axis=2) * positive).sum()
    loss = -np.take_along_axis(log_softmax(np, conf), y[..., None], axis=2)[..., 0]
    rank = np.argsort(np.argsort(np.where(positive, np.inf, -loss), axis=1), axis=1)
    chosen = positive | (rank < 3 * count)
    return (boxes + (loss * chosen).sum()) / np.maximum(count.sum(), 1)


def overlaps(np: Any, a: Array, b: Array) -> Array:
    """IoU of (B, G, 4) and (A, 4)."""
    a, b = a[:, :, None], b[None, None]
    sides = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0)
    shared = sides[..., 0] * sides[..., 1]
    area_a, area_b = ((c[..., 2] - c[..., 0]) * (c[..., 3] - c[..., 1]) for c in (a, b))
    return shared / (area_a + area_b - shared)


def multibox(np: Any, loc: Array, conf: Array, default: Array, truth: Array, labels: Array) -> Array:
    iou = overlaps(np, truth, default)
    best = np.where(iou.max(axis=1) >= 0.5, iou.argmax(axis=1), -1)
    claims = np.where(np.arange(len(default)) == iou.argmax(axis=2)[..., None], np.arange(5)[:, None], -1).max(axis=1)
    match = np.where(claims >= 0, claims, best)
    index = np.maximum(match, 0)
    box = np.take_along_axis(truth, index[..., None], axis=1)
    size, default_size = box[..., 2:] - box[..., :2], default[:, 2:] - default[:, :2]
    centre, default_centre = (box[..., 2:] + box[..., :2]) / 2, (default[:, 2:] + default[:, :2]) / 2
    target = [(centre - default_centre) / default_size / 0.1, np.log(size / default_size) / 0.2]
    y = np.where(match >= 0, np.take_along_axis(labels, index, axis=1), 0)
    return ssd(np, loc, conf, np.concatenate(target, axis=-1), y)


def head(np: Any, x: Array, w: Array, y: Array) -> Array:
    return cross_entropy(np, x @ w.T, y)


# --- torch -----------------------------------------------------------------------------------------------------------


def torch_sigmoid_focal(F: Any) -> Any:
    """Torchvision's."""

    def loss(z: Array, y: Array) -> Array:
        p, entropy = z.sigmoid(), F.binary_cross_entropy_with_logits(z, y, reduction="none")
        p_t = p * y + (1 - p) * (1 - y)
        return ((0.25 * y + 0.75 * (1 - y)) * ((1 - p_t) ** 2 * entropy)).mean()

    return loss


def torch_focal(F: Any) -> Any:
    def loss(z: Array, y: Array) -> Array:
        entropy = F.cross_entropy(z, y, reduction="none")
        return ((1 - (-entropy).exp()) ** 2 * entropy).mean()

    return loss


def torch_dice(F: Any) -> Any:
    def loss(z: Array, y: Array) -> Array:
        p, t = F.softmax(z, 1)[:, 1:], F.one_hot(y, z.shape[1]).movedim(-1, 1)[:, 1:]
        return (1 - (2 * (p * t).sum(2) + 1e-7) / (p.sum(2) + t.sum(2) + 1e-7)).mean()

    return loss


def torch_ssd(F: Any) -> Any:
    """Torchvision's, but without boolean indexing and with a positive never counted twice."""

    def loss(loc: Array, conf: Array, loc_target: Array, y: Array) -> Array:
        positive = y > 0
        count = positive.sum(1, keepdim=True)
        boxes = (F.smooth_l1_loss(loc, loc_target, reduction="none").sum(2) * positive).sum()
        entropy = F.cross_entropy(conf.flatten(0, 1), y.flatten(), reduction="none").view(y.shape)
        rank = entropy.detach().masked_fill(positive, -float("inf")).argsort(1, descending=True).argsort(1)
        chosen = positive | (rank < 3 * count)
        return (boxes + (entropy * chosen).sum()) / count.sum().clamp(min=1)

    return loss


def torch_multibox(F: Any) -> Any:
    import torch

    def loss(loc: Array, conf: Array, default: Array, truth: Array, labels: Array) -> Array:
        iou = overlaps_torch(truth, default)
        value, best = iou.max(1)
        match = best.masked_fill(value < 0.5, -1)
        for g in range(truth.shape[1]):
            match = match.scatter(1, iou[:, g].argmax(1, keepdim=True), g)
        index = match.clamp(min=0)
        box = truth.gather(1, index[..., None].expand(-1, -1, 4))
        size, default_size = box[..., 2:] - box[..., :2], default[:, 2:] - default[:, :2]
        centre, default_centre = (box[..., 2:] + box[..., :2]) / 2, (default[:, 2:] + default[:, :2]) / 2
        target = torch.cat([(centre - default_centre) / default_size / 0.1, (size / default_size).log() / 0.2], -1)
        return torch_ssd(F)(loc, conf, target, labels.gather(1, index).masked_fill(match < 0, 0))

    return loss


def overlaps_torch(a: Array, b: Array) -> Array:
    a, b = a[:, :, None], b[None, None]
    sides = (a[..., 2:].minimum(b[..., 2:]) - a[..., :2].maximum(b[..., :2])).clamp(min=0)
    shared = sides[..., 0] * sides[..., 1]
    area_a, area_b = ((c[..., 2] - c[..., 0]) * (c[..., 3] - c[..., 1]) for c in (a, b))
    return shared / (area_a + area_b - shared)


def torch_head(F: Any) -> Any:
    return lambda x, w, y: F.cross_entropy(F.linear(x, w), y)


def torch_head_chunked(F: Any) -> Any:
    """Torch's own (2.13 and newer); its choice of chunks is far slower on a CPU than these."""
    import torch

    options = torch.nn.LinearCrossEntropyOptions(batch_chunk_size=512)
    return lambda x, w, y: F.linear_cross_entropy(x, w, y, options=options)
