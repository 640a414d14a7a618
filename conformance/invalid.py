"""Calls that every loss, or every loss of a family, must refuse, each with the whole text of its error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import inf, nan
from typing import Any, NamedTuple

import numpy as np

import array_losses as al
from array_losses import options

from .case import Case, Invalid, Sample
from .valid_call import ValidCall

COMPLEX = np.asarray(1j, dtype=np.complex64)
LARGEST = 2**31 - 1
"""The largest id of 32 bits."""


def invalid(case: Case, sample: Sample) -> Iterator[Invalid]:
    """All that a loss must refuse, made from a sample of it; each with a label of its own."""
    good, seen = ValidCall(case, sample), Counter[str]()
    for family in (arguments, kinds, reductions, hyperparameters, case.invalid):
        for each in family(good):
            seen[each.label] += 1
            again = f", {seen[each.label]}" if seen[each.label] > 1 else ""
            yield each._replace(label=each.label + again)


# --- every loss -----------------------------------------------------------------------------------------------------


def arguments(good: ValidCall) -> Iterator[Invalid]:
    for i, name in enumerate(good.required):
        yield good.refused(f"{name} missing", good.arrays[:i], {}, f"`{good.required[i]}` is missing")
    full = (*good.arrays, *good.arrays[:1] * (len(good.positional) + 1 - len(good.arrays)))
    count, names = len(good.positional), ", ".join(good.positional)
    text = f"takes {count} positional arguments ({names}), got {count + 1}; options are given by name"
    yield good.refused("too many", full, {}, text)
    twice = {good.positional[0]: good.arrays[0]}
    text = f"`{good.positional[0]}` is given twice, by position and by name"
    yield good.refused("given twice", good.arrays, twice, text)
    for wrong, right in {
        "reducton": "reduction",
        "sample_weights": "sample_weight",
        "normaliser": "normalizer",
    }.items():
        text = f"unknown option `{wrong}`; did you mean `{right}`?"
        yield good.refused(wrong, good.arrays, {wrong: "sum"}, text)
    text = f"unknown option `qqq`; it takes {', '.join(good.parameters)}"
    yield good.refused("unknown option", good.arrays, {"qqq": 1}, text)


def kinds(good: ValidCall) -> Iterator[Invalid]:
    """What is no array, and dtypes that no loss takes."""
    first, second, *_ = good.required
    floats = "have a floating dtype (float16, bfloat16, float32 or float64)"
    swapped = f"{{{first}.dtype}}; are `{first}` and `{second}` the other way round?"
    for dtype in (np.int64, np.bool_, np.complex64):
        hint = swapped if floating_labels(good) and dtype is not np.complex64 else None
        yield good.but(al.DTypeError, first, good[first].astype(dtype), floats, hint)
    yield good.but(al.NamespaceError, first, [1.0], "be an array (NumPy, PyTorch, JAX, CuPy, ...)")
    yield good.but(al.NamespaceError, second, {"a": 1.0}, "be an array, a number or nested lists")
    yield good.but(al.DTypeError, "sample_weight", COMPLEX, "hold real numbers")
    for mask in (np.asarray(1.0), np.asarray(1)):
        yield good.but(al.DTypeError, "where", mask, "have a boolean dtype", "{where.dtype}; write where != 0")


def floating_labels(good: ValidCall) -> bool:
    """Whether the labels may be floating, as `input` must be."""
    return good.labels and "target" in good.required and good["target"].dtype.kind == "f"


def reductions(good: ValidCall) -> Iterator[Invalid]:
    for bad in ("avg", "Mean", "", None, True, 1):
        got = 'None; None is "none" here' if bad is None else None
        yield good.but(al.OptionError, "reduction", bad, 'be "mean", "sum", "none" or "sums"', got)
    if not good.batch_mean:
        names = '"batchmean"; write normalizer=input.shape[0], the number of samples'
        yield good.but(al.OptionError, "reduction", "batchmean", 'be "mean", "sum", "none" or "sums"', names)
    names = 'be None, "weights", "count", a number or a 0-d array'
    for bad in ("batch", "weight", True):
        yield good.but(al.OptionError, "normalizer", bad, names)
    for number in (-1, -0.5, inf, nan):
        yield good.but(al.OptionError, "normalizer", number, "be a finite number >= 0")
    yield good.but(al.DTypeError, "normalizer", np.ones(2), names, "{normalizer} of shape (2,)")


class Domain(NamedTuple):
    """What a hyperparameter may be, in words, with values outside and things of another kind."""

    must: str
    outside: tuple[Any, ...] = ()
    others: tuple[Any, ...] = ("1", True, None, np.ones(2))


DOMAINS = {
    options.Finite: Domain("be a finite number", (inf, -inf, nan)),
    options.NonNegative: Domain("be a finite number >= 0", (-0.5, -1, inf, nan)),
    options.Positive: Domain("be a finite number > 0", (0, 0.0, -1.0, inf, nan)),
    options.OptionalPositive: Domain("be a finite number > 0 or None", (0, -1.0, inf, nan), ("1", True, np.ones(2))),
    options.Count: Domain("be an integer >= 0", (-1, -3), (1.0, "1", True, None, np.asarray(0.5))),
    options.OptionalCount: Domain("be an integer >= 1 or None", (0, -1), (1.0, "1", True)),
    options.Fraction: Domain("be a number in [0, 1]", (-0.1, 1.5, 2, nan)),
    options.OptionalFraction: Domain("be a number in [0, 1] or None", (-1, 1.5, nan), ("1", True, np.ones(2))),
    options.Variances: Domain("be 2 numbers", ((0.1,), [0.1, 0.2, 0.3], 0.1, None), ()),
    options.ClassId: Domain("be an integer", (), (1.0, "1", True, None, np.asarray(0.5))),
    options.Axis: Domain("be an integer", (), (1.0, "1", True, None)),
    options.OptionalAxis: Domain("be an integer or None", (), (1.0, "1", True)),
    options.Flag: Domain("be True or False", (), (1, "yes", None)),
    options.Activation: Domain('be "softmax", "sigmoid" or None', ("Softmax", "relu", True), ()),
    options.EmptyClass: Domain('be "smooth" or "skip"', ("ignore", None), ()),
}
"""By annotation; what another kind of hyperparameter refuses is said in `Case.invalid`."""


def hyperparameters(good: ValidCall) -> Iterator[Invalid]:
    for name, parameter in good.parameters.items():
        if not hasattr(parameter.annotation, "__metadata__") or parameter.annotation not in DOMAINS:
            continue
        domain = DOMAINS[parameter.annotation]
        for bad in domain.outside:
            yield good.but(al.OptionError, name, bad, domain.must)
        for other in domain.others:
            shape = getattr(other, "shape", None)
            also = ", or such a 0-d array" * (shape == (2,))
            got = None if shape is None else f"{{{name}}} of shape {shape}"
            yield good.but(al.DTypeError, name, other, domain.must + also, got)


# --- families -------------------------------------------------------------------------------------------------------


def spelled(letters: str, shape: tuple[int, ...]) -> str:
    """A shape as messages say it."""
    return f"{letters}, {shape}" if letters.startswith("the ") else f"shape {letters} = {shape}"


def narrow(good: ValidCall, names: tuple[str, ...], shape: tuple[int, ...], letters: str) -> Iterator[Invalid]:
    """Weights of samples and masks that have neither a shape nor one entry for each sample."""
    sample = letters[1] if letters.startswith("(") else "N"
    must = f"have {spelled(letters, shape)}, or ()" if shape else "be 0-d"
    if len(shape) > 1:
        must = f"have {spelled(letters, shape)} (any axis may be 1), ({sample},) = ({shape[0]},) or ()"
    for name in names:
        dtype = np.bool_ if name == "where" else np.float64
        for bad in ((7,), (1, *shape), (*shape[:-1], shape[-1] + 1)):
            yield good.but(al.ShapeError, name, np.ones(bad, dtype=dtype), must)
        if len(shape) > 1 and shape[-1] != shape[0]:
            write = f"({shape[-1]},): write {name}[{'None, ' * (len(shape) - 1)}:]"
            yield good.but(al.ShapeError, name, np.ones(shape[-1:], dtype=dtype), must, write)


def broadcastable(good: ValidCall, names: tuple[str, ...], shape: tuple[int, ...], letters: str) -> Iterator[Invalid]:
    """Weights of elements that do not broadcast to a shape, or would enlarge it."""
    for name in names:
        for bad in ((7,), (1, *shape), (*shape[:-1], shape[-1] + 1)):
            must = f"be broadcastable to {letters}, {shape}"
            yield good.but(al.ShapeError, name, np.ones(bad), must)


def elementwise(good: ValidCall) -> Iterator[Invalid]:
    """Losses with one value for each element."""
    x, y = good["input"], good["target"]
    for bad in (y[:1], y[:, :1], y[:, 0], y[None], y[:0], np.asarray(0.5)):
        yield good.but(al.ShapeError, "target", bad, f"have the shape of `input`, {x.shape}")
    yield good.but(al.DTypeError, "target", y.astype(np.complex64), "hold real numbers")
    own = tuple(name for name in ("weight", "pos_weight") if name in good.parameters)
    yield from narrow(good, ("sample_weight", "where"), x.shape, "the shape of `input`")
    yield from broadcastable(good, own, x.shape, "the shape of `input`")
    for name in own:
        yield good.but(al.DTypeError, name, COMPLEX, "hold real numbers")


def regression(good: ValidCall) -> Iterator[Invalid]:
    """Losses whose target is a number, not a label."""
    yield from elementwise(good)
    yield good.but(al.DTypeError, "target", good["target"] > 0, "hold numbers", "bool")


def unit(good: ValidCall, argument: str, index: tuple[int, ...], spoiled: Any = None) -> Iterator[Invalid]:
    """Values of a floating array outside [0, 1]."""
    for bad in (1.5, -0.5, inf, -inf):
        yield good.value(argument, index, bad, "hold values in [0, 1]", spoiled=spoiled)


def binary(good: ValidCall) -> Iterator[Invalid]:
    """Losses whose target is a label 0 or 1, or a probability."""
    yield from elementwise(good)
    yield from unit(good, "target", (1, 2))
    hard = good.having(target=(good["target"] > 0.5).astype(np.int64))
    for bad in (-1, 2, LARGEST):
        yield hard.value("target", (2, 0), bad, "hold values in [0, 1]")


def ids(good: ValidCall, argument: str, index: tuple[int, ...], classes: int, more: str, spoiled: Any = None) -> Any:
    """Class ids outside [0, classes)."""
    for bad in (-1, classes, LARGEST):
        yield good.value(argument, index, bad, f"hold class ids in [0, {classes}){more}", spoiled=spoiled)


def classwise(good: ValidCall, soft: bool = True) -> Iterator[Invalid]:
    """Losses with a class axis; `soft` if the target may be probabilities."""
    x, y = good["input"], good["target"]
    batch, classes = x.shape
    must = f"have shape (N, *S) = ({batch},)"
    for bad in (y[:1], y[:0]):
        yield good.but(al.ShapeError, "target", bad, must)
    yield good.but(al.ShapeError, "target", y[:, None], must, f"({batch}, 1); write target[:, 0]")
    one_hot = "ids have no class axis, and class probabilities, one-hot ones too, are floating: cast them"
    yield good.but(al.ShapeError, "target", np.zeros(x.shape, dtype=np.int64), must, f"{x.shape}; {one_hot}")
    must = "hold integer class ids" + " or floating class probabilities" * soft
    for dtype in (np.bool_, np.complex64, *([] if soft else [np.float64])):
        got = "{target.dtype}; labels are integers: convert them to an integer dtype"
        yield good.but(al.DTypeError, "target", y.astype(dtype), must, got)
    for axis in (2, -3):
        yield good.but(al.OptionError, "axis", axis, f"name one of the 2 axes of `input`, of shape {x.shape}")
    for name in ("weight", "alpha"):
        if name in good.parameters:
            for size in (1, classes + 1):
                yield good.but(al.ShapeError, name, np.ones(size), f"have shape (C,) = ({classes},)")
            yield good.but(al.DTypeError, name, np.ones(classes, dtype=np.complex64), "hold real numbers")
    yield from narrow(good, ("sample_weight", "where"), (batch,), "(N, *S)")
    yield from ids(good, "target", (2,), classes, " or ignore_index = -100")
    yield from ids(good.having(ignore_index=255), "target", (2,), classes, " or ignore_index = 255")
    if soft:
        yield from probabilities(good.having(target=np.full(x.shape, 1 / classes)))


def probabilities(good: ValidCall) -> Iterator[Invalid]:
    """Class probabilities for a target."""
    q = good["target"]
    for bad in (q[:1], q[:, :1], q[None]):
        yield good.but(al.ShapeError, "target", bad, f"have shape (N, C, *S) = {q.shape}")
    got = f"{q[:, 0].shape}; floating targets are class probabilities, class ids are integers"
    yield good.but(al.ShapeError, "target", q[:, 0], f"have shape (N, C, *S) = {q.shape}", got)
    must = "be negative when `target` holds class probabilities"
    yield good.but(al.OptionError, "ignore_index", 1, must)
    yield from unit(good, "target", (1, 2), spoiled=(1,))
