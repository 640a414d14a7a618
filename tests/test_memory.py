"""Memory: a gradient keeps no more than it needs, and nothing after it was made; a call uses its own again."""

import subprocess
import sys
import weakref

import numpy as np
import pytest
from torch.utils.checkpoint import checkpoint

import array_losses as al
from conformance.backends import backend
from conformance.case import cases

TORCH = backend("torch:cpu")


@pytest.mark.parametrize("blocks", [1 << 30, 2], ids=["whole", "blocks"])
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_what_is_between_is_freed(case, blocks):
    """A tensor made on the way to the loss: under a checkpoint with the call, else with the backward pass."""
    with al.block_sizes(block=blocks, parallel=blocks):
        check(case)


def check(case):
    sample = next(iter(case.samples(np.random.default_rng(5))))
    given, options = list(TORCH.move(sample.arrays)), TORCH.move(sample.options)
    leaf, made = given[0].requires_grad_(), []

    def loss(x):
        between = x * 1.0
        made.append(weakref.ref(between))
        return case.loss(between, *given[1:], **options)

    kept = checkpoint(loss, leaf, use_reentrant=False).sum()
    assert made[0]() is None
    kept.backward()
    value = loss(leaf).sum()
    value.backward()
    assert made[-1]() is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="pages are counted as on Linux")
@pytest.mark.parametrize("size", [100_000, 200_000])
@pytest.mark.parametrize("call", ["binary_cross_entropy_with_logits(x, y)", "triplet_margin_loss(x, y, y)"])
def test_small_calls_use_their_memory_again(call, size):
    """In a fresh process: else each call takes new pages for its arrays, hundreds of them."""
    code = f"""
import resource, numpy as np, array_losses as al
x, y = np.full(({size} // 8, 8), 0.5, dtype=np.float32), np.zeros(({size} // 8, 8), dtype=np.float32)
for _ in range(3):
    al.{call}
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    al.{call}
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 20)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 10
