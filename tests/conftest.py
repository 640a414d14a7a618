"""One thread a process; 64-bit JAX, as the references are 64-bit (tests of 32-bit JAX switch it off themselves)."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # of what tests start, too
# before JAX starts: to optimize machine code takes longer than the tests run; `python -m conformance` has it optimized
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true")

import jax
import numpy as np
import pytest
import torch

torch.set_num_threads(1)  # as many processes as cores run side by side
jax.config.update("jax_enable_x64", True)


@pytest.fixture
def rng():
    return np.random.default_rng(20260101)
