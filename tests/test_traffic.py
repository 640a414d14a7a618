"""The counts of bytes that operators move: exact. A line of each founding loss is counted again, by `poe lint` all."""

import re
from pathlib import Path

import numpy as np
import torch

import array_losses as al
from benchmarks import counted, traffic
from benchmarks.cases import cases

FOUNDING = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "dice_loss",
    "focal_loss",
    "huber_loss",
    "l1_loss",
    "label_smoothing_loss",
    "linear_cross_entropy",
    "mse_loss",
    "multibox_loss",
    "nll_loss",
    "sigmoid_focal_loss",
    "smooth_l1_loss",
    "ssd_loss",
]
"""The losses whose mean is promised."""
FAR = {"binary_cross_entropy": "torch has it as one operator forward and one backward, without checks or rounding"}
"""Losses that move more than three times as much as torch's own, and why."""


def of_the_table():
    """The lines of operators, without their head and mean."""
    path = Path(__file__).parents[1] / "benchmarks" / "results" / "traffic.txt"
    for row in path.read_text().split("\n\n")[1].splitlines()[1:-1]:
        name, ours, theirs, _, against = re.fullmatch(r"(.+?) +([\d.]+) +([\d.]+) +([\d.]+)  (.+)", row).groups()
        yield traffic.Line(name, float(ours), against, float(theirs))


# weights and masks hide what is infinite or NaN, which costs most where no sum may be looked at
OPTIONS = {"weights", "ignored pixels", "class weights", "smoothed labels", "sample weights", "a mask"}


def test_little_more_is_moved_than_by_torch():
    found = [each for each in of_the_table() if each.name.split()[0] in FOUNDING]
    with_options = [each for each in found if each.name.partition(" ")[2] in OPTIONS]
    found = [each for each in found if each not in with_options]
    assert {each.name.split()[0] for each in found} == set(FOUNDING)
    assert traffic.mean(found) <= 1.5
    assert len(with_options) == len(OPTIONS)
    assert max(each.ratio for each in with_options) <= 3
    assert {each.name for each in found if each.ratio > 3} == FAR.keys()


def test_the_table_is_fresh():
    first = {case.loss: case for case in reversed(cases()) if case.loss in FOUNDING}
    written = {each.name: each for each in of_the_table()}
    for case in first.values():
        found = traffic.line(case)
        assert (round(found.ours, 1), round(found.theirs, 1)) == (written[case.name].ours, written[case.name].theirs)


def test_operators_are_counted_by_hand():
    """x * y of 10 float32 numbers, summed: 2 read and 1 written of each, 1 read; then a product with 2 read (the
    cotangent is one number that is broadcast)."""
    x, y = (torch.ones(10, device="meta") for _ in range(2))
    x.requires_grad_()
    forward = 4 * (3 * 10) + 4 * (10 + 1)
    backward = 4 * 1 + 4 * (1 + 2 * 10)  # a one is filled in, and the product
    assert traffic.traffic(lambda x, y: (x * y).sum(), [x, y]) == forward + backward


def test_operators_whose_kernel_has_another_name_are_counted():
    """`abs` and a copy read and write 10 float32 numbers; a sort writes 10 int64 places too."""
    x = torch.ones(10, device="meta")
    numbers = 4 * 10
    for work, moved in (
        (lambda: x.abs(), 2 * numbers),
        (lambda: x.isinf(), 2 * numbers + numbers + 10),
        (lambda: torch.empty_like(x).copy_(x), 2 * numbers),
        (lambda: torch.empty_like(x).fill_(1.0), numbers),
        (lambda: x.sort(), 2 * numbers + 8 * 10),
    ):
        assert sum(map(traffic.moved, traffic.operators(traffic.trace(work)))) == moved


def test_views_and_fresh_memory_are_free():
    x = torch.ones(4, 5, device="meta", requires_grad=True)
    plain = traffic.traffic(lambda x: x.sum(), [x])
    assert traffic.traffic(lambda x: x.T.reshape(5, 4).unsqueeze(0).sum(), [x]) == plain


def test_calls_of_a_library_are_counted_by_hand():
    """(x - y)^2 of 8 float32 numbers: 3 each for the difference, 2 for the square, 1 and a result for the sum, and the
    division of one number."""
    x, y = (counted.Array(np.ones(8, np.float32)) for _ in range(2))
    assert counted.moved(al.mse_loss, [x, y]) == 4 * (3 * 8 + 2 * 8 + 8 + 1 + 2)
