"""Exports for batches of any size, torch's strict or not and JAX's, with the gradient, of a loss of each family.

That a loss can be traced with sizes that are symbols is seen of every loss in `test_transforms`.
"""

import io
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from jax import export

import array_losses as al
from array_losses.backends.sums_text import from_text, to_text
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


# --- sums -------------------------------------------------------------------------------------------------------------

SUMS = (
    al.HuberLoss(delta=0.5),
    al.DiceLoss(batch=True) - 0.5 * al.CrossEntropyLoss(normalizer=3),
    al.UnifiedFocalLoss(gamma=0.25),
)
"""A mean, a composition with a finish of the loss's own, and parts that are losses private to another."""
LOGITS = np.linspace(-2, 3, 7 * 2 * 5, dtype=np.float32).reshape(7, 2, 5) ** 2
IDS = np.arange(35, dtype=np.int32).reshape(7, 5) % 2


def sums_of(logits, ids):
    huber, *others = SUMS
    return [huber(logits[:, 0], ids, reduction="sums"), *(loss(logits, ids, reduction="sums") for loss in others)]


def are_right(found):
    """Sums that come out of a program have the loss of plain ones, also merged, with plain ones too."""
    for one, plain in zip(found, sums_of(LOGITS, IDS), strict=True):
        np.testing.assert_allclose(one.loss(), plain.loss(), rtol=3e-6)
        np.testing.assert_allclose((one + one).loss("sum"), (plain + plain).loss("sum"), rtol=3e-6)
    more = SUMS[0](found[0].parts[0], 0.5, reduction="sums")
    np.testing.assert_allclose((found[0] + more).loss("sum"), found[0].loss("sum") + more.loss("sum"), rtol=1e-6)


def test_jax_writes_sums():
    (n,) = export.symbolic_shape("n")
    shapes = [(n, 2, 5), jnp.float32], [(n, 5), jnp.int32]
    written = export.export(jax.jit(sums_of))(*(jax.ShapeDtypeStruct(*each) for each in shapes)).serialize()
    are_right(export.deserialize(written).call(LOGITS, IDS))


def test_torch_writes_sums():
    class Module(torch.nn.Module):
        def forward(self, *arrays):
            return sums_of(*arrays)

    arrays, written = (torch.from_numpy(LOGITS), torch.from_numpy(IDS)), io.BytesIO()
    torch.export.save(torch.export.export(Module(), arrays), written)
    written.seek(0)
    are_right(torch.export.load(written).module()(*arrays))


def finishes():
    weighted = al.focal_loss(LOGITS, IDS, alpha=[1.0, np.nan], reduction="sums")
    huber, *composed = sums_of(LOGITS, IDS)
    return [each.finish for each in (weighted, huber, *composed[0].terms, *composed[1].terms)]


def test_sums_are_plain_text():
    for each in finishes():
        found = from_text(to_text(each))
        assert (found, type(found)) == (each, type(each))
    assert from_text(to_text((0.5, -2.0))) == (0.5, -2.0)
    called = al.fenchel_young_loss(LOGITS, IDS, max_fun=lambda z: z.max(-1), reduction="sums")
    with pytest.raises(al.ArgumentError, match="only plain options can be written with an exported program, got"):
        to_text(called.finish)
    foreign = to_text(finishes()[0]).replace('"array_losses.losses.', '"os.')
    with pytest.raises(al.NamespaceError, match=r"`focal_loss` of the module os\.\S+ is not known; import it before"):
        from_text(foreign)


def test_sums_are_read_where_no_loss_was_called():
    script = "import sys\nfrom array_losses.backends.sums_text import from_text\nprint(from_text(sys.argv[1]).finish)"
    command = [sys.executable, "-c", script, to_text(finishes()[2])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("<function dice at"), done.stderr
