"""The signature of a loss: its arrays, its hyperparameters with their domains, and the common options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from numbers import Real
from typing import Any, get_type_hints

from ..backends import backend_of
from ..errors import ArgumentError
from ..options import Checker, check_option, checker, is_0d_array
from ..other_options import refuse_unknown
from ..typing import Options

PER_CALL = ("sample_weight", "where", "gt_valid", "linear_bias")
"""The arguments that belong to a batch or to a model, not to a loss."""

COMMON: Mapping[str, Any] = {"reduction": "mean", "sample_weight": None, "where": None, "normalizer": None}
TYPES = get_type_hints(Options)

COMMON_DOC = """\
    reduction : "mean", "sum", "none" or "sums", default "mean"
        The mean over the divisor below, the sum, the unreduced loss, or `Sums` to be merged and finished later.
    sample_weight : array, optional
        Weights: one for each sample, shape (N,), or of the shape of the unreduced loss (any axis may be 1), or 0-d.
        Zero and fractional weights are welcome.
    where : boolean array, optional
        A mask{mask}
        (any axis may be 1), or one entry for each sample, shape (N,), or 0-d.
        What is False contributes nothing, no value, no gradient, nothing to the divisor, even where it is NaN or inf.
    normalizer : None, "weights", "count", number or 0-d array, default None
        The divisor of the mean: None is this loss's own (see Notes), "weights" the sum of the weights kept,
        "count" the number of elements kept; a number is for a global count.
"""


class Signature:
    """The parameters of one loss, read once from its definition."""

    def __init__(self, body: Callable[..., Any], common: Mapping[str, Any] = COMMON) -> None:
        self.name = body.__name__
        given = inspect.signature(body, eval_str=True)
        parameters = [each for each in given.parameters.values() if each.kind is not each.VAR_KEYWORD]
        self.positional = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
        self.required = [each.name for each in parameters if each.default is each.empty]
        for each in parameters:
            if isinstance(each.default, bool | int | float | str) and not checker(each.annotation):
                write = f"annotate it with one of array_losses.options, as in `{each.name}: Positive = 1.0`"
                raise TypeError(f"{self.name}: the option `{each.name}` needs a domain: {write}")
        self.checkers = {each.name: check for each in parameters if (check := checker(each.annotation))}
        self.arrays = [each.name for each in parameters if each.name not in self.checkers]
        self.batch = [name for name in self.positional if name in self.required or name in PER_CALL]
        self.defaults = {each.name: each.default for each in parameters if each.default is not each.empty}
        self.defaults.update(common)
        self.names = {*self.required, *self.defaults}
        added = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=TYPES[name])
            for name, default in common.items()
        ]
        self.public = given.replace(parameters=[*parameters, *added])

    @property
    def options(self) -> inspect.Signature:
        """The signature of the loss's class: every option that does not belong to a batch."""
        given = self.public.parameters.values()
        kept = [each for each in given if each.default is not each.empty and each.name not in PER_CALL]
        place = {"weight": inspect.Parameter.POSITIONAL_OR_KEYWORD}  # torch's first constructor argument
        kept.sort(key=lambda each: each.name != "weight")
        kind = inspect.Parameter.KEYWORD_ONLY
        return inspect.Signature([each.replace(kind=place.get(each.name, kind)) for each in kept])

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The value of every parameter, hyperparameters checked."""
        values = {**self.defaults, **dict(zip(self.positional, args, strict=False)), **kwargs}
        if len(values) != len(self.names) or not kwargs.keys() <= self.names or len(args) > len(self.positional):
            self._refuse(args, kwargs, values)
        for name in self.positional[: len(args)]:
            if name in kwargs:
                raise ArgumentError(f"{self.name}: `{name}` is given twice, by position and by name")
        for name, check in self.checkers.items():
            value = values[name]
            if value is not self.defaults.get(name, values) and not self._is_array(value, check, values):
                values[name] = check_option(self.name, name, check, value)  # a default is right
        return values

    def _is_array(self, value: Any, check: Checker, values: dict[str, Any]) -> bool:
        """Whether a continuous hyperparameter is a 0-d array, as a NumPy scalar is under a compiler."""
        if not is_0d_array(value, check):
            return False
        if not isinstance(value, Real):
            return True
        try:
            return backend_of(values[self.positional[0]]).tracing()
        except TypeError:
            return False

    def changed(self, options: dict[str, Any]) -> dict[str, Any]:
        """Hyperparameters, checked, but for those that are as by default."""
        known = self.defaults
        parameters = {name: value for name, value in options.items() if name not in known or value is not known[name]}
        checked = {name: self.checkers[name].check(self.name, name, value) for name, value in parameters.items()}
        return {name: value for name, value in checked.items() if name not in known or value != known[name]}

    def check(self, options: dict[str, Any]) -> None:
        """Refuse unknown names among options."""
        unknown = [name for name in options if name not in self.defaults and name not in self.required]
        if unknown:
            refuse_unknown(self.name, unknown[0], [*self.required, *self.defaults])

    def _refuse(self, args: tuple[Any, ...], kwargs: dict[str, Any], values: dict[str, Any]) -> None:
        self.check(kwargs)
        if len(args) > len(self.positional):
            raise ArgumentError(
                f"{self.name}: takes {len(self.positional)} positional arguments "
                f"({', '.join(self.positional)}), got {len(args)}; options are given by name"
            )
        missing = [name for name in self.required if name not in values]
        raise ArgumentError(f"{self.name}: `{missing[0]}` is missing")

    def document(self, doc: str | None, mask: str) -> str | None:
        """The docstring, with the entry ``**options`` replaced by the common options."""
        head, entry, rest = (doc or "").partition("    **options\n")
        return head + COMMON_DOC.format(mask=mask) + rest if entry else doc
