"""Arrays that only look plain: the right result, or an error that says what to write; what it says to write works."""

import re
import warnings

import dask.array as da
import numpy as np
import pandas as pd
import pytest
import torch

import array_losses as al

Y = torch.tensor([1.0, 0.0, 1.0])


class Image(torch.Tensor):
    """A subclass with torch's own `__torch_function__`, which knows no other subclass."""


class Mask(torch.Tensor):
    """Another one."""


def quiet(make):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # prototypes, says torch
        return make()


def masked():
    return quiet(lambda: torch.masked.masked_tensor(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([True, False, True])))


def nested(layout):
    return quiet(lambda: torch.nested.nested_tensor([torch.ones(2), torch.zeros(3)], layout=layout))


LOOKALIKES = {
    "masked": masked,
    "nested": lambda: nested(torch.strided),
    "jagged": lambda: nested(torch.jagged),
    "sparse": lambda: torch.tensor([1.0, 0.0, 0.5]).to_sparse(),
    "sparse rows": lambda: quiet(torch.eye(3).to_sparse_csr),
    "numpy masked": lambda: np.ma.masked_array([1.0, 2.0, 3.0], [False, True, False]),
    "numpy matrix": lambda: quiet(lambda: np.matrix([1.0, 2.0, 3.0])),
    "dask": lambda: (x := da.from_array(np.arange(4.0), chunks=2))[x > 1],
    "series": lambda: pd.Series([1.0, 2.0, 3.0]),
}
LOSSES = (al.mse_loss, al.binary_cross_entropy_with_logits, al.huber_loss, al.cross_entropy, al.nll_loss, al.dice_loss)


@pytest.mark.parametrize("name", LOOKALIKES)
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_as_input_it_is_refused_and_told(loss, name):
    input = LOOKALIKES[name]()
    with pytest.raises(al.NamespaceError, match=r"`input` must be|`input` must have known") as caught:
        loss(input, Y)
    advice = re.search(r"write ([^,]+(\(.*?\))?)", str(caught.value))
    assert advice, str(caught.value)
    if name in ("nested", "jagged"):
        plain = quiet(lambda: torch.nested.to_padded_tensor(input, 0.0))
        assert plain.shape == (2, 3)
        return
    plain = eval(advice[1], {"input": input, "torch": torch, "numpy": np})
    plain = input if plain is None else plain
    target = np.zeros(plain.shape) if not isinstance(plain, torch.Tensor) else torch.zeros(plain.shape)
    assert al.mse_loss(plain, target) >= 0


@pytest.mark.parametrize("name", LOOKALIKES)
def test_as_target_or_weight_too(name):
    other, plain = LOOKALIKES[name](), torch.zeros(3)
    if name == "numpy matrix":  # host data travels: beside a tensor it is the array that it holds
        assert al.mse_loss(plain[None], other) == (1 + 4 + 9) / 3
        with pytest.raises(al.NamespaceError, match="plain array: write"):
            al.mse_loss(np.zeros((1, 3)), other)
        return
    for call in (
        lambda: al.mse_loss(plain, other),
        lambda: al.l1_loss(plain, plain, sample_weight=other),
        lambda: al.binary_cross_entropy_with_logits(plain, Y, pos_weight=other),
    ):
        with pytest.raises(al.NamespaceError):
            call()


@pytest.mark.parametrize("name", ["numpy masked", "masked", "sparse", "jagged"])
def test_as_an_option_of_an_object_too(name):
    with pytest.raises(al.NamespaceError, match="`weight` must be"):
        al.CrossEntropyLoss(weight=LOOKALIKES[name]())


def test_a_mask_is_what_the_error_says():
    """(1 - 1)^2 and (3 - 1)^2: a mean of 2, and not 3.33."""
    x = masked()
    assert al.mse_loss(x.get_data(), torch.tensor([1.0, 0.0, 1.0]), where=x.get_mask()) == 2.0


@pytest.mark.parametrize("loss", [al.mse_loss, al.huber_loss, al.binary_cross_entropy, al.dice_loss])
def test_subclasses_that_do_not_know_each_other(loss):
    image, mask = torch.full((1, 2, 3), 0.25).as_subclass(Image), torch.ones(1, 2, 3).as_subclass(Mask)
    with pytest.raises(al.NamespaceError) as caught:
        loss(image, mask)
    assert str(caught.value) == (
        f"{loss.__name__}: `target` is a Mask, `input` an Image; convert it: target.as_subclass(torch.Tensor)"
    )
    options = {"activation": None} if loss is al.dice_loss else {}
    plain = loss(torch.full((1, 2, 3), 0.25), torch.ones(1, 2, 3), **options)
    for other in (mask.as_subclass(torch.Tensor), mask.as_subclass(Image)):
        assert torch.equal(loss(image, other, **options).as_subclass(torch.Tensor), plain)
    assert torch.equal(loss(torch.full((1, 2, 3), 0.25), mask, **options).as_subclass(torch.Tensor), plain)


def test_rows_of_unknown_number_on_dask():
    x = da.from_array(np.arange(4.0), chunks=2)
    rows = x[x > 1]
    with pytest.raises(al.NamespaceError, match=r"must have known sizes: write input\.compute_chunk_sizes"):
        al.mse_loss(rows, rows)
    with pytest.raises(al.NamespaceError, match=r"write target\.compute_chunk_sizes"):
        al.mse_loss(x[:2], x[x > 1])
    assert al.mse_loss(rows.compute_chunk_sizes(), da.zeros(2)).compute() == (4 + 9) / 2


def test_tensors_of_a_mesh(tmp_path):
    """Plain labels beside distributed logits are an error with both ways; distributed ones, and host data, work."""
    from torch.distributed.tensor import DTensor, Shard, distribute_tensor, init_device_mesh

    torch.distributed.init_process_group("gloo", init_method=f"file://{tmp_path}/store", rank=0, world_size=1)
    try:
        mesh = init_device_mesh("cpu", (1,))
        z, ids = torch.randn(4, 3), torch.tensor([0, 1, 2, 0])
        input = distribute_tensor(z, mesh, [Shard(0)]).requires_grad_()
        with pytest.raises(al.NamespaceError, match="`target` is a Tensor, `input` a DTensor; convert it: ") as caught:
            al.cross_entropy(input, ids)
        assert "distribute_tensor(target, input.device_mesh)" in str(caught.value)
        with pytest.raises(al.NamespaceError, match=r"convert it: target.full_tensor\(\)"):
            al.cross_entropy(z, distribute_tensor(ids, mesh))
        want = al.cross_entropy(z, ids)
        for target in (distribute_tensor(ids, mesh), DTensor.from_local(ids, mesh, [Shard(0)]), ids.tolist()):
            found = al.cross_entropy(input, target, [1.0, 1.0, 1.0])
            torch.testing.assert_close(found.full_tensor(), want)
        found.backward()
        torch.testing.assert_close(input.grad.full_tensor(), torch.func.grad(al.cross_entropy)(z, ids))
    finally:
        torch.distributed.destroy_process_group()
