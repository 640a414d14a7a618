"""The counts of bytes that operators move: exact, and as the committed table says."""

from pathlib import Path

import numpy as np
import pytest
import torch

import array_losses as al
from benchmarks import counted, traffic

TABLE = Path(__file__).resolve().parent.parent / "benchmarks" / "results" / "traffic.txt"
NOT_FOUNDING = {"log_cosh_loss"}
FAR = {"binary_cross_entropy": "torch has it as one operator forward and one backward, without checks or rounding"}
"""Losses that move more than three times as much as torch's own, and why."""


@pytest.fixture(scope="module")
def report():
    return traffic.report()


def test_the_table_is_fresh(report):
    """`python -m benchmarks --traffic > benchmarks/results/traffic.txt` writes it."""
    assert TABLE.read_text() == report + "\n"


def test_little_more_is_moved_than_by_torch():
    found = [each for each in traffic.lines() if each.name not in NOT_FOUNDING]
    assert traffic.mean(found) <= 1.5
    assert {each.name for each in found if each.ratio > 3} == FAR.keys()


def test_operators_are_counted_by_hand():
    """x * y of 10 float32 numbers, summed: 2 read and 1 written of each, 1 read; then a product with 2 read (the
    cotangent is one number that is broadcast)."""
    x, y = (torch.ones(10, device="meta") for _ in range(2))
    x.requires_grad_()
    forward = 4 * (3 * 10) + 4 * (10 + 1)
    backward = 4 * 2 + 4 * (1 + 2 * 10)  # a one is filled in, which reads and writes it, and the product
    assert traffic.traffic(lambda x, y: (x * y).sum(), [x, y]) == forward + backward


def test_views_and_fresh_memory_are_free():
    x = torch.ones(4, 5, device="meta", requires_grad=True)
    plain = traffic.traffic(lambda x: x.sum(), [x])
    assert traffic.traffic(lambda x: x.T.reshape(5, 4).unsqueeze(0).sum(), [x]) == plain


def test_calls_of_a_library_are_counted_by_hand():
    """(x - y)^2 of 8 float32 numbers: 3 each for the difference and the product, 1 and a result for the sum, and the
    division of one number."""
    x, y = (counted.Array(np.ones(8, np.float32)) for _ in range(2))
    assert counted.moved(al.mse_loss, [x, y]) == 4 * (3 * 8 + 3 * 8 + 8 + 1 + 2)
