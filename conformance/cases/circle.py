"""Circle loss."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Sample
from ..embeddings import IDS, Pairs, batches, invalid_batch
from ..reference import EXACT, collect, exact, softplus
from .ntxent import draw_views


def reference(input, target, *, margin=0.4, gamma=80.0, sample_weight=None, where=None, held=None):
    """`held`: the arrays of which the weights of the pairs are taken, which are constants to derivatives."""
    pairs, constant = Pairs(input, target, where), Pairs(*(held or (input, target)), where)
    m, gamma = exact(margin), exact(gamma)

    def element(index):
        (i,) = index
        near, far = pairs.positives(i), pairs.negatives(i)
        if i not in pairs.there or not near or not far:
            return None
        pull = [max(1 + m - constant.cosine(i, k), exact(0)) * (1 - m - pairs.cosine(i, k)) for k in near]
        push = [max(constant.cosine(i, k) + m, exact(0)) * (pairs.cosine(i, k) - m) for k in far]
        return softplus(sum(EXACT.log(sum(EXACT.exp(gamma * each) for each in part)) for part in (pull, push))), 1.0

    return collect(target.shape, element, divisor="count", sample_weight=sample_weight)


def samples(rng):
    yield from batches(rng, {"gamma": 4.0})
    x = rng.normal(size=(6, 3))
    yield Sample("another margin", (x, IDS), {"margin": 0.1, "gamma": 8.0})
    yield Sample("negative margin", (x, IDS), {"margin": -0.5, "gamma": 8.0})
    kept = np.array([True, True, False, True, True, True])
    every = {"where": kept, "sample_weight": np.arange(6.0), "margin": 0.25, "gamma": 2.0}
    yield Sample("every option", (x, IDS), every)
    apart = np.eye(3)[[0, 1, 1, 0, 1, 2]] + 0.1 * rng.normal(size=(6, 3))
    yield Sample("right", (apart, IDS))


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "lengths do not matter",
        "directions may be turned together",
        "ids may be renamed",
        "no positive pair costs nothing",
        "what is masked is in no pair",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def of_torch(F):
    import torch

    def loss(x, y):
        x = F.normalize(x)
        s, same = x @ x.T, y[:, None] == y
        a, b = F.relu(1.4 - s.detach()), F.relu(s.detach() + 0.4)
        positive = same & ~torch.eye(len(y), dtype=torch.bool, device=y.device)
        near = torch.logsumexp((80 * a * (0.6 - s)).masked_fill(~positive, -torch.inf), 1)
        far = torch.logsumexp((80 * b * (s - 0.4)).masked_fill(same, -torch.inf), 1)
        return F.softplus(near + far).mean()

    return loss


NONE = "no loss of pairs of a batch"
CASE = Case(
    "circle_loss",
    al.circle_loss,
    samples,
    reference,
    differentiable=("input",),
    constants=True,
    allowance=Allowance(
        "exponents of cosines times gamma and the weight of a pair: their error is that of 80 * 1.4", scale=110.0
    ),
    invalid=invalid_batch,
    promises=PROMISES,
    peers={"torch": NONE, "optax": NONE, "keras": "of embeddings that are normalized before", "sklearn": NONE},
    benchmarks=(Benchmark(draw=draw_views, rivals=(plain_torch(of_torch),), smallest=256),),  # NumPy has no constants
)
