"""Outside oracles: what other projects say of every sample, and that nothing of it is lost or averaged away."""

import builtins
import dataclasses
import sys
from collections import Counter
from functools import cache

import numpy as np
import pytest

from conformance import oracles
from conformance.case import cases
from conformance.oracles import ORACLES, Absent, oracle
from conformance.oracles.base import REDUCTIONS
from conformance.oracles.compare import compare, expectations
from conformance.oracles.defects import DEFECTS, listed, unseen

CASES = {case.name: case for case in cases()}
EQUAL = {
    "torch.nn.functional": {},
    "torchvision": {},
    "optax": {},
    "keras": {},
    "scikit-learn": {},
}
"""For each loss that a peer has, the least number of comparisons that must be equal."""


@cache
def rows(name, loss):
    return tuple(compare(CASES[loss], oracle(name)))
