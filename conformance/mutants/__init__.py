"""Losses with one mistake each, of which every check must catch its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import array_losses as al

from . import calls, formulas
from .making import divided


class Mutant(NamedTuple):
    """A wrong loss, and the check that must say so."""

    mistake: str
    check: str
    loss: Callable[..., Any]
    backend: str = "numpy"


MUTANTS = (
    Mutant("swapped sign", "values", formulas.swapped_sign),
    Mutant("wrong slope beyond the edge", "values", formulas.wrong_slope),
    Mutant("label off by one", "values", formulas.label_off_by_one),
    Mutant("smoothing spread over the other classes only", "values", formulas.smoothing_over_the_others),
    Mutant("focus on the wrong side", "values", formulas.focal_of_the_wrong_side),
    Mutant("log-softmax of log-probabilities", "values", formulas.log_softmax_once_more),
    Mutant("float64 constant", "values", formulas.float64_constant, "array_api_strict:strictest"),
    Mutant("boolean indexing", "values", formulas.boolean_indexing, "array_api_strict:strictest"),
    Mutant("a value looked at under jit", "values", formulas.value_looked_at, "jax:jit"),
    Mutant("a value looked at in a lazy graph", "values", formulas.value_looked_at, "dask"),
    Mutant("a value looked at in a full graph", "values", formulas.value_looked_at, "torch:compile"),
    Mutant("one unit of drift in each element", "domain", formulas.drift),
    Mutant("textbook softplus", "domain", formulas.textbook_softplus),
    Mutant("probabilities clipped", "domain", formulas.clipped_probabilities),
    Mutant("half the gradient detached", "gradients", formulas.half_the_gradient),
    Mutant("half the gradient detached, torch", "gradients", formulas.half_the_gradient, "torch:cpu"),
    Mutant("half the gradient by hand", "gradients", formulas.half_by_hand),
    Mutant("second derivative lost", "second_order", formulas.no_second_derivative),
    Mutant("wrong subgradient", "subgradients", formulas.wrong_kink),
    Mutant("always float64", "device_dtype", calls.always_float64),
    Mutant("computed in half precision", "half", calls.computed_in_half),
    Mutant("wrong divisor", "reductions", divided(al.mse_loss, "count")),
    Mutant("mask multiplied, so that NaN leaks", "masks", calls.mask_multiplied),
    Mutant("gradient of what is masked", "masks", calls.gradient_of_the_masked),
    Mutant("weight dropped", "weights", calls.weight_dropped),
    Mutant("axis ignored", "axis", calls.axis_ignored),
    Mutant("mean of means", "sums", calls.mean_of_means),
    Mutant("NaN over nothing", "empty", calls.nan_over_nothing),
    Mutant("written in place", "immutability", formulas.written_in_place),
    Mutant("a value made a number under vmap", "transforms", formulas.value_made_a_number, "torch:cpu"),
    Mutant("another default than its class", "objects", calls.another_default),
    Mutant("a hyperparameter without gradient", "hyperparameters", calls.hyperparameter_without_gradient),
    Mutant("an example that is not true", "documentation", calls.wrong_example),
    Mutant("shapes not checked", "bad_input", calls.shapes_not_checked),
    Mutant("labels clipped", "bad_values", calls.labels_clipped),
    Mutant("bad labels have a gradient", "bad_values", calls.bad_labels_without_gradient, "jax:jit"),
    Mutant("rounding refused", "rounding", calls.rounding_refused),
    Mutant("not symmetric", "properties", formulas.not_symmetric),
)
