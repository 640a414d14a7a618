"""Exports for batches of any size, torch's strict or not and JAX's, with the gradient, of a loss of each family.

That a loss can be traced with sizes that are symbols is seen of every loss in `test_transforms`.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from jax import export

import array_losses as al
from array_losses.families.function import family_of
from conformance.case import cases, reductions
from conformance.check import drawn
from conformance.transformations import taken

CASES = {case.name: case for case in cases()}
LOSSES = (
    "huber_loss",
    "binary_cross_entropy",
    "cross_entropy",
    "dice_loss",
    "linear_cross_entropy",
    "multibox_loss",
    "listnet_loss",
    "dice_ce_loss",
)
"""One of each family, and one with a domain: tracing and exporting take seconds."""


def test_every_family_is_here():
    families = {type(family_of(record.function)) for record in al.catalog()}
    assert {type(family_of(CASES[name].loss)) for name in LOSSES} == families


def draw(name, n):
    """The arrays of a batch of n, made of a loss's plain sample."""
    case = CASES[name]
    plain = drawn(case)[0]
    sample = taken(case, plain, np.arange(n) % len(plain.arrays[0]))
    return [each.astype(np.float32) if each.dtype.kind == "f" else each for each in sample.arrays]


def shared(each, more):
    """Whether an array is the same for every batch."""
    return each.shape[0] == more.shape[0]


@pytest.mark.parametrize("name", LOSSES)
def test_jax_exports_a_symbolic_batch(name):
    loss, small, large = CASES[name].loss, draw(name, 4), draw(name, 7)
    (n,) = export.symbolic_shape("n")
    specs = [
        jax.ShapeDtypeStruct(a.shape if shared(a, b) else (n, *a.shape[1:]), jnp.asarray(a).dtype)
        for a, b in zip(small, large, strict=True)
    ]
    weight = jax.ShapeDtypeStruct((n,), jnp.float32)

    def weighted(w, *arrays):
        return loss(*arrays, sample_weight=w, where=w > 0.2, normalizer="count")

    w = np.linspace(0.1, 0.9, 7, dtype=np.float32)

    def every(w, *arrays):
        """The mean and its gradient, the unreduced loss, and the mean of what is weighted and kept."""
        return jax.value_and_grad(loss)(*arrays), loss(*arrays, reduction=reductions(loss)[0]), weighted(w, *arrays)

    found = export.export(jax.jit(every))(weight, *specs).call(w, *large)
    wanted = jax.jit(every)(w, *map(jnp.asarray, large))
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(one, other, rtol=3e-6, atol=1e-7)


@pytest.mark.parametrize("strict", [False, True], ids=["not strict", "strict"])
@pytest.mark.parametrize("name", LOSSES)
def test_torch_exports_a_dynamic_batch(name, strict):
    loss = CASES[name].loss
    small, large = (tuple(map(torch.from_numpy, map(np.ascontiguousarray, draw(name, n)))) for n in (4, 7))

    class Module(torch.nn.Module):
        def forward(self, *arrays):
            return loss(*arrays)

    n = torch.export.Dim("n", min=2)
    shapes = tuple([None if shared(a, b) else {0: n} for a, b in zip(small, large, strict=True)])
    program = torch.export.export(Module(), small, dynamic_shapes={"arrays": shapes}, strict=strict)
    x, leaf = (large[0].clone().requires_grad_() for _ in range(2))
    found, wanted = program.module()(x, *large[1:]), loss(leaf, *large[1:])
    torch.testing.assert_close(found, wanted)
    found.backward()
    wanted.backward()
    torch.testing.assert_close(x.grad, leaf.grad)
