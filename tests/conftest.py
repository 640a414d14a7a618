"""One thread a process; 64-bit JAX, as the references are 64-bit (tests of 32-bit JAX switch it off themselves)."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("OMP_NUM_THREADS", "1")  # of what tests start, too
# before JAX starts: to optimize machine code takes longer than the tests run; `python -m conformance` has it optimized
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true")
if "JAX_COMPILATION_CACHE_DIR" not in os.environ:  # all processes of a run share what they compile
    os.environ["JAX_COMPILATION_CACHE_DIR"] = made = tempfile.mkdtemp(prefix="array_losses_tests_")
    os.environ |= {"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0", "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1"}
    atexit.register(shutil.rmtree, made, ignore_errors=True)

import jax
import numpy as np
import pytest
import torch

torch.set_num_threads(1)  # as many processes as cores run side by side
jax.config.update("jax_enable_x64", True)


@pytest.fixture
def rng():
    return np.random.default_rng(20260101)
