"""Promises of the losses of class scores and of soft labels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .classes import one_hot
from .property import Claim, coarse, nothing, promise, same


@promise("linear in the target")
def linear_target(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good, good.having(target=good["target"] / 4)), lambda a, b: (b, a / 4))


@promise("soft labels of cross-entropy")
def soft(good: ValidCall) -> Iterator[Claim]:
    yield from same(good.of("cross_entropy"), good)


@promise("temperature divides the logits")
def temperature(good: ValidCall) -> Iterator[Claim]:
    z = good["input"]
    yield from same(good, good.having(input=4 * z, temperature=4.0), good.having(input=z / 2, temperature=0.5))


@promise("epsilon 0 is cross-entropy")
def epsilon_0(good: ValidCall) -> Iterator[Claim]:
    options = {"weight": (1 + np.arange(good["input"].shape[1])) / 4, "label_smoothing": 0.25}
    for each in (good, good.having(**options)):
        yield from same(each.of("cross_entropy"), each.having(epsilon=0.0))


@promise("linear in epsilon")
def linear_epsilon(good: ValidCall) -> Iterator[Claim]:
    calls = (good.having(epsilon=each) for each in (-1.0, 3.0, 1.0))
    yield Claim(tuple(calls), lambda low, high, middle: (middle, (low + high) / 2))


@promise("whole numbers are class ids")
def whole_numbers(good: ValidCall) -> Iterator[Claim]:
    ids = np.arange(len(good["target"])) % good["input"].shape[1]
    yield from same(good.having(target=ids).of("cross_entropy"), good.having(target=ids.astype(float)))


@promise("linear between whole numbers")
def linear_between(good: ValidCall) -> Iterator[Claim]:
    low = np.minimum(np.floor(good["target"]), good["input"].shape[1] - 2)
    calls = (good.having(target=low + step) for step in (0.0, 1.0, 0.25))
    yield Claim(tuple(calls), lambda left, right, between: (between, 0.75 * left + 0.25 * right))


@promise("bins may be turned round")
def turned_round(good: ValidCall) -> Iterator[Claim]:
    turned = good.having(input=good["input"][:, ::-1].copy(), target=good["input"].shape[1] - 1 - good["target"])
    yield from same(good, turned)


@promise("at most 1 / q")
def bounded(good: ValidCall) -> Iterator[Claim]:
    for q in (0.25, 1.0):
        yield Claim((good.having(q=q, input=50 * good["input"]),), lambda loss, q=q: loss <= 1 / q)


@promise("q 1 is 1 - p")
def linear_probability(good: ValidCall) -> Iterator[Claim]:
    p = np.exp(good["input"])
    p /= p.sum(axis=1, keepdims=True)
    mine = np.take_along_axis(p, good["target"][:, None], axis=1)[:, 0]
    yield Claim((good.having(q=1.0),), lambda loss: (loss, 1 - mine))
    yield Claim((good.having(input=p, q=1.0, from_logits=False),), lambda loss: (loss, 1 - mine))


@promise("nothing is lost with the right class ahead by the margin")
def ahead(good: ValidCall) -> Iterator[Claim]:
    right = one_hot(good["target"], good["input"].shape[1])
    for margin in (0.25, 1.0, 2.5):
        lead = coarse(good["input"]) + right * (margin + np.ptp(coarse(good["input"])))
        yield Claim((good.having(input=lead, margin=margin),), nothing)


@promise("all ahead by the margin")
def all_behind(good: ValidCall) -> Iterator[Claim]:
    """Where all classes are even, each of the others costs the margin."""
    even, count = np.zeros_like(good["input"]), good["input"].shape[1]
    for margin in (0.25, 3.0):
        for p in (1, 2):
            wanted = margin**p * (count - 1) / count
            yield Claim((good.having(input=even, margin=margin, p=p),), lambda a, wanted=wanted: (a, wanted + 0 * a))


@promise("ids are one-hot probabilities")
def one_hot_probabilities(good: ValidCall) -> Iterator[Claim]:
    yield from same(good, good.having(target=one_hot(good["target"], good["input"].shape[1])))


@promise("nothing is lost with the right class ahead by 1")
def ahead_by_1(good: ValidCall) -> Iterator[Claim]:
    x = coarse(good["input"])
    lead = x + one_hot(good["target"], x.shape[1]) * (1 + np.ptp(x))
    yield Claim((good.having(input=lead),), nothing)


@promise("the sparsemax itself costs nothing")
def projected(good: ValidCall) -> Iterator[Claim]:
    """A point of the simplex is its own projection, wherever the scores lie."""
    q = np.zeros_like(good["input"])
    q[:, 0], q[:, 1] = 0.75, 0.25
    yield Claim((good.having(input=q + 8, target=q),), nothing)


@promise("all that are kept are cross-entropy")
def all_kept(good: ValidCall) -> Iterator[Claim]:
    yield from same(good.of("cross_entropy"), good.having(min_kept=100))


@promise("the hardest of cross-entropy")
def hardest(good: ValidCall) -> Iterator[Claim]:
    for count in (1, 2):
        few = good.having(min_kept=count)
        yield Claim(
            (good.of("cross_entropy"), few),
            lambda every, found, count=count: (found, np.where(every >= np.sort(every)[-count], every, 0.0)),
        )


@promise("below the threshold all count")
def below(good: ValidCall) -> Iterator[Claim]:
    few = good.having(min_kept=0, threshold=0.25)
    yield Claim(
        (good.of("cross_entropy"), few), lambda every, found: (found, np.where(np.exp(-every) < 0.25, every, 0.0))
    )


@promise("the order of labels does not matter")
def any_order(good: ValidCall) -> Iterator[Claim]:
    ids = np.tile([2, 0, -1, 1], (len(good["target"]), 1))
    yield from same(
        good.having(target=ids), *(good.having(target=ids[:, each]) for each in ([1, 0, 2, 3], [1, 0, 2, 2]))
    )


@promise("lists of ids equal masks")
def lists(good: ValidCall) -> Iterator[Claim]:
    y, count = good["target"], good["input"].shape[1]
    there = np.array([[c in row[: [*row, -1].index(-1)] for c in range(count)] for row in y.tolist()])
    yield from same(good, good.having(target=there))


@promise("one label is that of exclusive classes")
def one_label(good: ValidCall) -> Iterator[Claim]:
    ids = np.arange(len(good["target"])) % good["input"].shape[1]
    alone = np.full(good["input"].shape, -1)
    alone[:, 0] = ids
    yield from same(good.having(target=ids).of("multi_margin_loss"), good.having(target=alone))


@promise("no label, or every label, costs nothing")
def all_or_nothing(good: ValidCall) -> Iterator[Claim]:
    for there in (False, True):
        yield Claim((good.having(target=np.full(good["input"].shape, there)),), nothing)


@promise("at least that of the mean over classes")
def strongest(good: ValidCall) -> Iterator[Claim]:
    """The strongest of the other classes costs at least what all of them cost in the mean."""
    yield Claim((good.of("multi_margin_loss"), good), lambda mean, largest: mean <= largest)
