"""One thread a process; 64-bit JAX, as the references are 64-bit (tests of 32-bit JAX switch it off themselves)."""

import jax
import numpy as np
import pytest
import torch

torch.set_num_threads(1)  # as many processes as cores run side by side
jax.config.update("jax_enable_x64", True)


@pytest.fixture
def rng():
    return np.random.default_rng(20260101)
