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

RNG = np.random.default_rng(0)
DEFAULTS = np.array([[0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 2.0, 2.0], [0.0, 1.0, 1.0, 3.0]] * 3, np.float32)


def real(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def ids(*shape):
    return RNG.integers(0, 5, shape)


def share(*shape):
    return RNG.uniform(0.1, 0.9, shape).astype(np.float32)


DRAW = {
    "pointwise": lambda n: (real(n, 3), share(n, 3)),
    "probabilities": lambda n: (share(n, 3), share(n, 3)),
    "classes": lambda n: (real(n, 5, 2), ids(n, 2)),
    "head": lambda n: (real(n, 3), np.ones((5, 3), np.float32), ids(n)),
    "multibox": lambda n: (real(n, 9, 4), real(n, 9, 5), DEFAULTS, np.stack([DEFAULTS[:2]] * n), ids(n, 2) % 4 + 1),
}
LOSSES = {
    "huber_loss": "pointwise",
    "binary_cross_entropy": "probabilities",
    "cross_entropy": "classes",
    "dice_loss": "classes",
    "linear_cross_entropy": "head",
    "multibox_loss": "multibox",
}


def test_every_family_is_here():
    families = {type(record.function.family) for record in al.catalog()}
    assert {type(getattr(al, name).family) for name in LOSSES} == families


def shared(each, more):
    """Whether an array is the same for every batch."""
    return each.shape[0] == more.shape[0]


@pytest.mark.parametrize("name", LOSSES)
def test_jax_exports_a_symbolic_batch(name):
    loss, draw = getattr(al, name), DRAW[LOSSES[name]]
    small, large = draw(4), draw(7)
    (n,) = export.symbolic_shape("n")
    specs = [
        jax.ShapeDtypeStruct(a.shape if shared(a, b) else (n, *a.shape[1:]), jnp.asarray(a).dtype)
        for a, b in zip(small, large, strict=True)
    ]
    weight = jax.ShapeDtypeStruct((n,), jnp.float32)

    def weighted(w, *arrays):
        return loss(*arrays, sample_weight=w, where=w > 0.2, normalizer="count")

    w = share(7)

    def every(w, *arrays):
        """The mean and its gradient, the unreduced loss, and the mean of what is weighted and kept."""
        return jax.value_and_grad(loss)(*arrays), loss(*arrays, reduction="none"), weighted(w, *arrays)

    found = export.export(jax.jit(every))(weight, *specs).call(w, *large)
    wanted = jax.jit(every)(w, *map(jnp.asarray, large))
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(one, other, rtol=3e-6, atol=1e-7)


@pytest.mark.parametrize("strict", [False, True], ids=["not strict", "strict"])
@pytest.mark.parametrize("name", LOSSES)
def test_torch_exports_a_dynamic_batch(name, strict):
    loss, draw = getattr(al, name), DRAW[LOSSES[name]]
    small, large = (tuple(map(torch.from_numpy, map(np.ascontiguousarray, draw(n)))) for n in (4, 7))

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
