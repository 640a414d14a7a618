"""Large arrays, evaluated in blocks: the values and gradients of the plain formula, at every edge of a block."""

import threading
import tracemalloc
from contextlib import nullcontext

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al
from array_losses.evaluation import partition
from array_losses.evaluation.kernel import Kernel
from array_losses.evaluation.numpy import NumPyExecutor
from array_losses.families.function import family_of
from array_losses.families.regional import Regional
from conformance.backends import backend
from conformance.case import cases

JAX, TORCH = backend("jax:cpu"), backend("torch:cpu")
CASES = {case.name: case for case in cases()}
BLOCK = 32
"""Elements of a block in these tests, so that small arrays are many blocks."""
BY_HAND = sorted(name for name, case in CASES.items() if family_of(case.loss).derivative is not None)
REGIONAL = sorted(name for name, case in CASES.items() if isinstance(family_of(case.loss), Regional))


@pytest.fixture
def small_blocks():
    with al.block_sizes(block=BLOCK, parallel=4 * BLOCK):
        yield


def reference(loss, arrays, options, places=(0,)):
    """Value and gradients of whole arrays by `torch.func`, for which there are no blocks."""
    given, others = TORCH.move(arrays), TORCH.move(options)
    if options.get("reduction") == "none":
        with al.block_sizes(block=1 << 40):
            return np.asarray(loss(*given, **others)), ()
    gradients, value = torch.func.grad_and_value(lambda *each: loss(*each, **others), places)(*given)
    return np.asarray(value), [np.asarray(each) for each in gradients]


def by_jax(loss, arrays, options):
    """The gradient by JAX, which knows no derivative of ours by hand."""
    given, others = JAX.move(arrays), JAX.move(options)
    return np.asarray(jax.grad(lambda *each: loss(*each, **others))(*given))


def by_torch(loss, arrays, options, places=(0,)):
    given = list(TORCH.move(arrays))
    for place in places:
        given[place].requires_grad_()
    value = loss(*given, **TORCH.move(options))
    return value.detach().numpy(), [each.numpy() for each in torch.autograd.grad(value, [given[i] for i in places])]


def close(found, expected, rtol=1e-12):
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=rtol, atol=1e-14)


def everywhere(loss, arrays, options=None, places=(0,), rtol=1e-12):
    """NumPy and torch, value and gradient, in blocks against whole arrays."""
    options = options or {}
    value, gradients = reference(loss, arrays, options, places)
    close(loss(*arrays, **options), value, rtol)
    found, ours = al.value_and_grad(loss, places)(*arrays, **options)
    close(found, value, rtol)
    theirs, torchs = by_torch(loss, arrays, options, places)
    close(theirs, value, rtol)
    with torch.no_grad():
        close(loss(*TORCH.move(arrays), **TORCH.move(options)), value, rtol)
    for a, b, expected in zip(ours, torchs, gradients, strict=True):
        close(a, expected, rtol)
        close(b, expected, rtol)


# --- cutting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [1, 7, 24, 1000])
@pytest.mark.parametrize(("positions", "width"), [((100,), 1), ((3, 50), 1), ((4, 5, 6), 3), ((1, 9), 10), ((7, 1), 1)])
def test_blocks_cover_each_position_once(positions, width, target):
    seen = np.zeros(positions, int)
    for block in partition.split(positions, width, target):
        seen[block] += 1
        assert seen[block].size * width <= max(target, width)
    assert (seen == 1).all()


# --- values and gradients -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [-1, 0, 1])
@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("loss", [al.mse_loss, al.binary_cross_entropy])
def test_edges_of_a_block(loss, count, more, rng, small_blocks):
    n = count * BLOCK + more
    everywhere(loss, (rng.uniform(size=n), rng.uniform(size=n)))


@pytest.mark.parametrize("name", BY_HAND)
def test_derivatives_by_hand(name, monkeypatch):
    """Every derivative beside a formula is that of the formula, by the tape and by JAX, at kinks and extremes too."""
    case = CASES[name]
    for number, sample in enumerate(case.samples(np.random.default_rng(5))):
        if sample.arrays[0].size == 0:
            continue
        options = {**sample.options, "reduction": "sum"}
        with monkeypatch.context() as by_tape:
            by_tape.setattr(NumPyExecutor, "parts_and_gradient", lambda *_: None)
            value, gradient = al.value_and_grad(case.loss)(*sample.arrays, **options)
        once, whole = al.value_and_grad(case.loss)(*sample.arrays, **options)
        with al.block_sizes(block=2):
            found, ours = al.value_and_grad(case.loss)(*sample.arrays, **options)
        theirs, (torchs,) = by_torch(case.loss, sample.arrays, options)
        label = f"{name}, {sample.label}"
        tight = {"rtol": 1e-12, "atol": 1e-14, "err_msg": label}
        for each in (once, found, theirs):
            np.testing.assert_allclose(each, value, **tight)
        np.testing.assert_allclose(whole, gradient, **tight)
        np.testing.assert_allclose(ours, gradient, **tight)
        np.testing.assert_allclose(torchs, gradient, **tight)
        if number < 3:  # compiling is slow
            np.testing.assert_allclose(by_jax(case.loss, sample.arrays, options), gradient, **tight)


LAYOUTS = {
    "channels first": ((6, 5, 4, 7), 1),
    "channels last": ((6, 4, 7, 5), -1),
    "one dimension": ((5,), 0),
    "many classes": ((9, 70), 1),
}


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("where", LAYOUTS)
def test_class_axes_masks_and_weights(where, reduction, rng, small_blocks):
    shape, axis = LAYOUTS[where]
    classes, positions = shape[axis], tuple(np.delete(shape, axis))
    z, ids = rng.normal(size=shape), rng.integers(0, classes, positions)
    soft = np.moveaxis(rng.dirichlet(np.ones(classes), positions), -1, axis)
    weight = rng.uniform(size=classes)
    ignored = np.where(rng.uniform(size=positions) < 0.3, -100, ids)
    every = [
        ((z, ids), {}),
        ((z, ids, weight), {"label_smoothing": 0.1}),
        ((z, ignored), {"sample_weight": rng.uniform(size=positions[:1])}),
        ((z, soft, weight), {"where": rng.uniform(size=positions) < 0.7}),
        ((z, ignored), {"normalizer": 7.5}),
    ]
    for arrays, options in every:
        options = {**options, "axis": axis, "reduction": reduction}
        if reduction == "none":
            close(al.cross_entropy(*arrays, **options), reference(al.cross_entropy, arrays, options)[0])
        else:
            everywhere(al.cross_entropy, arrays, options)


def test_strided_arrays_and_broadcast_weights(rng, small_blocks):
    x, y = rng.normal(size=(40, 30))[::2, ::3], np.asfortranarray(rng.normal(size=(20, 10)))
    masks = {"where": rng.uniform(size=(20, 1)) < 0.5, "sample_weight": rng.uniform(size=(1, 10))}
    for reduction in ("mean", "sum"):
        everywhere(al.mse_loss, (x, y), {**masks, "reduction": reduction})
        everywhere(al.huber_loss, (x, y), {"sample_weight": rng.uniform(size=(20, 1)), "reduction": reduction})


def test_several_variables(rng, small_blocks):
    x, y, w = rng.normal(size=(20, 10)), rng.uniform(size=(20, 10)), rng.uniform(size=10)
    everywhere(al.binary_cross_entropy_with_logits, (x, y, w), places=(0, 1, 2))
    weighted_mean = {"normalizer": "weights"}  # the divisor depends on what is differentiated
    everywhere(al.mse_loss, (x, y), {}, places=(0, 1))
    everywhere(al.binary_cross_entropy_with_logits, (x, y, w), weighted_mean, places=(0, 2))


def test_sums_of_blocks(rng, small_blocks):
    x, y = rng.normal(size=200), rng.normal(size=200)
    for array in (np.asarray, torch.tensor):
        a, b = (al.mse_loss(array(x[part]), array(y[part]), reduction="sums") for part in (slice(90), slice(90, 200)))
        close((a + b).loss(), np.mean((x - y) ** 2))
    leaf = torch.tensor(x, requires_grad=True)
    al.mse_loss(leaf, torch.tensor(y), reduction="sums").loss().backward()
    close(leaf.grad, 2 * (x - y) / 200)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_precisions(dtype, rng, small_blocks):
    x, y = (rng.normal(size=500).astype(dtype) for _ in range(2))
    exact = np.mean((x.astype(float) - y.astype(float)) ** 2)
    leaf = torch.tensor(x, requires_grad=True)
    value = al.mse_loss(leaf, torch.tensor(y))
    (value * 64).backward()
    mine, gradient = al.value_and_grad(al.mse_loss)(x, y)
    rtol = 1e-6
    assert value.dtype == torch.float32  # whatever the input
    assert mine.dtype == np.float32
    assert gradient.dtype == np.dtype(dtype)
    close(value.detach(), exact, rtol)
    close(mine, exact, rtol)
    close(leaf.grad.numpy() / 64, gradient, 2e-3 if dtype == "float16" else 1e-6)
    assert leaf.grad.dtype == leaf.dtype


def test_infinite_and_missing_values(rng, small_blocks):
    x, y = rng.normal(size=100), (rng.uniform(size=100) < 0.5).astype(float)
    x[3], y[3], x[50], y[50] = np.inf, 1, -np.inf, 0  # certain and right
    everywhere(al.binary_cross_entropy_with_logits, (x, y))
    x[7] = np.nan
    everywhere(al.binary_cross_entropy_with_logits, (x, y), {"where": np.arange(100) != 7})


# --- torch's autograd -----------------------------------------------------------------------------------------------


def pair(rng, n=200):
    return torch.tensor(rng.normal(size=n), requires_grad=True), torch.tensor(rng.uniform(size=n))


def test_double_backward_and_gradcheck(rng, small_blocks):
    x, y = pair(rng)
    for loss in (al.binary_cross_entropy_with_logits, al.mse_loss, al.sigmoid_focal_loss):
        assert torch.autograd.gradcheck(lambda a, loss=loss: loss(a, y), x)
        assert torch.autograd.gradgradcheck(lambda a, loss=loss: loss(a, y), x)


def test_backward_twice_and_accumulation(rng, small_blocks):
    x, y = pair(rng)
    value = al.mse_loss(x, y)
    value.backward(retain_graph=True)
    once = x.grad.clone()
    value.backward(torch.tensor(3.0, dtype=torch.float64))
    close(x.grad, 4 * once)
    with pytest.raises(RuntimeError):
        value.backward()


def test_what_is_handed_over_is_the_users_own(rng, small_blocks):
    x, y = pair(rng)
    value = al.mse_loss(x, y)
    (first,) = torch.autograd.grad(value, x, retain_graph=True)
    kept = first.clone()
    first.zero_()
    close(torch.autograd.grad(value, x)[0], kept)


def test_hooks_inner_inputs_and_batched_gradients(rng, small_blocks):
    x, y = pair(rng)
    seen = []
    inner = x * 2
    inner.register_hook(lambda g: seen.append(g.clone()) or g * 10)
    value = al.mse_loss(inner, y)
    (batched,) = torch.autograd.grad(
        value, inner, torch.ones(3, dtype=torch.float64), is_grads_batched=True, retain_graph=True
    )
    seen.clear()
    value.backward()
    close(seen[0], 2 * (2 * x.detach() - y) / 200)
    close(x.grad, 20 * seen[0])
    close(batched, torch.stack([10 * seen[0]] * 3))


def test_modes(rng, small_blocks):
    x, y = pair(rng)
    expected = al.mse_loss(x, y).detach()
    with torch.no_grad():
        assert not al.mse_loss(x, y).requires_grad
    with torch.inference_mode():
        close(al.mse_loss(x, y), expected)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        value = al.mse_loss(x, y)
        value.backward()
    close(value.detach(), expected)
    close(torch.func.grad(al.mse_loss)(x.detach(), y), x.grad)
    close(torch.func.vmap(al.mse_loss)(x.detach().reshape(2, 100), y.reshape(2, 100)).mean(), expected)


# --- threads and memory ---------------------------------------------------------------------------------------------


def test_threads_do_not_change_a_bit(rng):
    x, y = rng.normal(size=700_000).astype("float32"), rng.normal(size=700_000).astype("float32")
    found = []
    for threads in (1, 2, 5, 2):
        with al.block_sizes(threads=threads, parallel=1):
            value, gradient = al.value_and_grad(al.huber_loss)(x, y)
            found.append((al.huber_loss(x, y).tobytes(), value.tobytes(), gradient.tobytes()))
    assert len(set(found)) == 1


def test_threads_start_where_the_first_block_tells_that_they_pay():
    both = threading.Barrier(2)

    def alone(_, block):
        return block, threading.get_ident()

    def together(number, block):
        if number:
            both.wait(timeout=60)  # which one thread would not leave
        return block, threading.get_ident()

    blocks = [(slice(i, i + 1),) for i in range(3)]
    for job, seconds, threads in ((alone, 1e9, 1), (together, 1e-9, 2)):
        found = partition.map_blocks(job, blocks, 2, nullcontext, seconds)
        assert [block for block, _ in found] == blocks
        assert len({thread for _, thread in found}) == threads


def peak(job):
    job()
    tracemalloc.start()
    result = job()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most, result


@pytest.mark.parametrize("loss", [al.mse_loss, al.binary_cross_entropy, al.binary_cross_entropy_with_logits])
def test_memory_does_not_grow(loss, rng):
    x, y = rng.uniform(size=4_000_000).astype("float32"), rng.uniform(size=4_000_000).astype("float32")
    with al.block_sizes(threads=2):
        assert peak(lambda: loss(x, y))[0] < 14e6
        assert peak(lambda: al.value_and_grad(loss)(x, y))[0] < x.nbytes + 14e6


# --- compiled -------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:`torch.jit.script:DeprecationWarning")  # torch's own, at the first compilation
@pytest.mark.parametrize(
    "loss", [al.mse_loss, al.HuberLoss(delta=0.5), 0.7 * al.MSELoss() + 0.3 * al.L1Loss()], ids=["f", "o", "c"]
)
def test_compile(loss, rng):
    x, y = rng.normal(size=20), rng.normal(size=20)
    compiled, expected = al.compile(loss), loss(x, y)
    torch.compiler.reset()
    for make in (np.asarray, torch.tensor, jnp.asarray):
        for _ in range(2):
            close(compiled(make(x), make(y)), expected)
        close(compiled(make(x), make(y), reduction="sum"), loss(x, y, reduction="sum"))
        with pytest.raises(al.ShapeError):
            compiled(make(x), make(y[:3]))
    assert al.compile(compiled) is compiled
    assert repr(compiled).startswith("compile(")


FACTOR = 1.0


class Scaled(al.MSELoss):
    """A loss of the user's."""

    def __call__(self, *arrays, **options):
        return FACTOR * super().__call__(*arrays, **options)


@pytest.mark.filterwarnings("ignore:`torch.jit.script:DeprecationWarning")
def test_compiled_losses_stay_apart(monkeypatch):
    """Those that differ in an option, a class, a scale, or in what a user's function reads."""
    x, y = torch.tensor([0.1, -3.0], dtype=torch.float64), torch.tensor([1.0, 2.0], dtype=torch.float64)
    losses = [
        al.HuberLoss(delta=0.5),
        al.HuberLoss(delta=2.0),
        al.MSELoss(),
        2 * al.MSELoss(),
        al.mse_loss,
        al.l1_loss,
        lambda x, y: FACTOR * al.mse_loss(x, y),
        2 * Scaled() + al.L1Loss(),
    ]
    torch.compiler.reset()
    compiled = [al.compile(each) for each in losses]
    for factor in (1.0, 3.0):
        monkeypatch.setitem(globals(), "FACTOR", factor)
        for mine, loss in zip(compiled, losses, strict=True):
            close(mine(x, y), loss(x, y))


@pytest.mark.parametrize("name", REGIONAL)
def test_regions_in_blocks(name, monkeypatch):
    """Sums over pixels and their gradient, of every sample: as of whole arrays, once and twice differentiated."""
    case, cut_ones = CASES[name], []
    slopes = Kernel.values_and_slopes

    def watched(kernel, operands, argnums, cotangents=None):
        if cotangents is not None:
            cut_ones.append(type(operands[0]))
        return slopes(kernel, operands, argnums, cotangents)

    monkeypatch.setattr(Kernel, "values_and_slopes", watched)
    for sample in case.samples(np.random.default_rng(5)):
        if 0 in sample.arrays[0].shape:
            continue
        found = []
        for block in (1 << 30, 2):
            given = list(TORCH.move(sample.arrays))
            given[0].requires_grad_()
            with al.block_sizes(block=block, parallel=1):
                value = case.loss(*given, **TORCH.move(sample.options))
                (once,) = torch.autograd.grad(value.sum(), given[0], retain_graph=True)
                (again,) = torch.autograd.grad(value.sum(), given[0], create_graph=True)
                (twice,) = torch.autograd.grad((again * again).sum(), given[0])
            found.append((value.detach(), once, again.detach(), twice))
        for whole, cut in zip(*found, strict=True):
            torch.testing.assert_close(cut, whole, rtol=1e-10, atol=1e-12, equal_nan=True, msg=sample.label)
        tape = []
        for block in (1 << 30, 2):
            with al.block_sizes(block=block, parallel=block):
                tape.append(al.value_and_grad(case.loss)(*sample.arrays, **(sample.options | {"reduction": "sum"})))
        for whole, cut in zip(*tape, strict=True):
            np.testing.assert_allclose(cut, whole, rtol=1e-10, atol=1e-12, err_msg=sample.label)
    assert {torch.Tensor, np.ndarray} <= set(cut_ones)


def test_soft_maps_have_a_gradient_in_blocks(rng):
    logits = torch.tensor(rng.normal(size=(2, 3, 8, 8)), requires_grad=True)
    maps = torch.tensor(rng.uniform(size=(2, 3, 8, 8)), requires_grad=True)
    with al.block_sizes(block=BLOCK, parallel=1):
        assert torch.autograd.gradcheck(lambda x, y: al.dice_loss(x, y, squared=True), (logits, maps), atol=1e-7)


@pytest.mark.parametrize("name", REGIONAL)
def test_terms_that_vanish_with_their_arguments(name):
    """What a mask of probabilities and truth relies on."""
    family = family_of(getattr(al, name))
    values = {key: each for key, each in family.signature.defaults.items() if key in family.hyperparameters}
    zero = np.zeros((1, 1))
    terms = family.formula(zero, zero, **values)
    assert family.vanishes == (not any(np.any(each) for each in terms))
