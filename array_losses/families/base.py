"""The frame of every family: a decorator that keeps the formula and surrounds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from types import NoneType
from typing import Any, ParamSpec, TypeVar

from ..arguments import Arguments
from ..backends import backend_of, lift_to_deepest_trace
from ..backends.polyfill import dtype_name
from ..evaluation import delegate
from ..evaluation.plain_loss import Extremes
from ..evaluation.plan import Prepared, reduce
from ..host import frozen
from ..reduction import MeanFinish, Plan, check_options
from ..typing import Array, Derivative
from .signature import Signature

P = ParamSpec("P")
R = TypeVar("R")
Seen = tuple[dict[str, Any], Array | None, Array | None]
"""The arguments as a formula may see them, and where they are kept and valid (None is everywhere)."""


class Family:
    """The frame around a formula. A subclass checks the arrays and turns them into `Elements`."""

    cost = 1
    """The cost of its formulas, 1 for the simplest: about the ratio of the numbers of operations."""
    takes_class_ids = False
    """Whether the target may be one class id for each position."""
    labels = False
    """Whether the target may be labels, integers or booleans."""
    static_arrays: tuple[str, ...] = ("alpha", "pos_weight")
    """The arrays that are options of the loss, where it has them, not data: sums of different ones do not merge."""
    where_doc = " of the shape of the unreduced loss"
    """The shape of the mask `where`, in words for the docstring."""

    def __init__(
        self, body: Callable[..., Any], tasks: tuple[str, ...], torch: str | None = None, divisor: str = "count"
    ) -> None:
        self.formula, self.signature = body, Signature(body)
        self.derivative: Callable[..., Derivative] | None = None
        """A function to the formula's result and its derivative with respect to `input`, for finite arrays."""
        self.name, self.tasks, self.torch, self.divisor = body.__name__, tasks, torch, divisor
        self.main_argument = self.signature.positional[0]
        self.arrays = self.signature.arrays
        self.other_arrays = (*self.arrays[1:], "sample_weight", "normalizer")
        self.hyperparameters = tuple(self.signature.checkers)
        self.plain_options = {"reduction", *self.hyperparameters}
        """The options of a call that its library may compute by its own function."""

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The loss of the arguments as the user gives them."""
        return self(self.signature.bind(args, kwargs))

    def __call__(self, values: dict[str, Any]) -> Any:
        call = self.arguments_of(values)
        normalizer = values["normalizer"] = check_options(call, values["reduction"], values["normalizer"])
        prepared = self.prepare(call, values)
        if call.backend.jit_call is not None and values["reduction"] != "sums":  # sums keep their options as plain data
            return self.compiled_call(call, values)
        return reduce(call, self.plan(call, values, normalizer), prepared)

    def compiled_call(self, call: Arguments, values: dict[str, Any]) -> Any:
        """The loss by one compiled function: its arguments are the arrays and a number to divide by."""
        normalizer = values["normalizer"]
        if normalizer is not None and not isinstance(normalizer, str) and not divides_by_zero(values):
            call.place("normalizer", normalizer)
        fixed = {name: value for name, value in values.items() if name not in call.placed}
        return call.backend.jit_call(self.traced_call, tuple(fixed.items()), call.placed)

    def traced_call(self, values: dict[str, Any]) -> Any:
        """The loss of a call that the library's compiler traces."""
        call = self.arguments_of(values)
        normalizer = values["normalizer"] = check_options(call, values["reduction"], values["normalizer"])
        return reduce(call, self.plan(call, values, normalizer), self.prepare(call, values))

    def elements_fast(
        self,
        input: Array,  # noqa: ARG002
        target: Array,  # noqa: ARG002
        options: dict[str, Any],  # noqa: ARG002
        extremes: Extremes,  # noqa: ARG002
    ) -> Derivative | None:
        """The unreduced losses and a function to their derivative, for small plain arrays; None: the general path.

        `options` are those that are not as by default; `extremes` tells the least and the largest value.
        """
        return None

    def with_defaults(self, names: Iterable[str], options: dict[str, Any]) -> dict[str, Any]:
        """The defaults of the named arguments and of the hyperparameters, replaced by these options."""
        return {name: self.signature.defaults[name] for name in (*names, *self.hyperparameters)} | options

    def arguments_of(self, values: dict[str, Any]) -> Arguments:
        others = tuple([values[name] for name in self.other_arrays])
        return Arguments(
            self.name,
            self.main_argument,
            lift_to_deepest_trace(values[self.main_argument], others),
            hint=partial(self._order, values),
        )

    def _order(self, values: dict[str, Any]) -> str:
        """The hint where the first array holds integers and the target does not: scikit-learn has labels first."""
        kinds = []
        for name in (self.main_argument, "target"):
            try:
                kinds.append(backend_of(values[name]).kind(values[name].dtype))
            except (KeyError, TypeError, AttributeError):
                return ""
        swapped = self.labels and kinds[0] in ("integer", "bool") and kinds[1] in ("half", "real")
        return f"; are `{self.main_argument}` and `target` the other way round?" if swapped else ""

    def structure(self, options: dict[str, Any], ndim: int) -> str | int:  # noqa: ARG002
        """The structure of the Hessian with respect to `input`: "diagonal", the axis it couples, or "dense"."""
        return "dense"

    def unreduced_shape(self, shape: tuple[int, ...], options: Mapping[str, Any]) -> tuple[int, ...] | None:
        """The shape of the unreduced loss of an input of this shape; None where such a call is refused."""
        raise NotImplementedError

    def prepare(self, call: Arguments, values: dict[str, Any]) -> Prepared:
        raise NotImplementedError

    def default_divisor(self, call: Arguments, values: dict[str, Any]) -> str:  # noqa: ARG002
        """The loss's own divisor of the mean, for these arguments."""
        return self.divisor

    min_divisor = 0.0

    def plan(self, call: Arguments, values: dict[str, Any], normalizer: Any) -> Plan:
        default = self.default_divisor(call, values)
        used = default if normalizer is None else normalizer
        used_name = used if isinstance(used, str) else ""
        options: tuple[tuple[str, Any], ...] = ()
        if values["reduction"] == "sums":
            options = tuple((name, values[name]) for name in self.hyperparameters)
            options += tuple((name, constant(call, values[name])) for name in self.static_arrays if name in self.arrays)
            options += (("normalizer", used if isinstance(used, str | float) else "array"),)
        return Plan(
            values["reduction"],
            used,
            MeanFinish(self.name, options, dtype_name(call.compute), self.min_divisor if used_name == "own" else 0.0),
        )

    def hyperparameter_values(self, call: Arguments, values: dict[str, Any]) -> dict[str, Any]:
        """The hyperparameters; a NumPy scalar that a compiler holds as an array is one of the input's library."""
        found = {name: values[name] for name in self.hyperparameters}
        held = {name for name, value in found.items() if not isinstance(value, PLAIN)}
        return {
            name: call.backend.cast(call.place(name, value), call.compute) if name in held else value
            for name, value in found.items()
        }

    def broadcast_weights(
        self, call: Arguments, values: dict[str, Any], names: tuple[str, ...], shape: tuple[int, ...], letters: str
    ) -> list[Array | None]:
        """The weights of these names, broadcastable to the unreduced loss as in torch; None where not given."""
        given = [(name, values.get(name)) for name in names]
        return [
            None if value is None else call.broadcastable(name, call.real(name, value), shape, letters)
            for name, value in given
        ]

    def sample_weight(
        self, call: Arguments, values: dict[str, Any], shape: tuple[int, ...], letters: str
    ) -> Array | None:
        """The weights of the samples or of the unreduced losses, with the axes of these."""
        value = values["sample_weight"]
        if value is None:
            return None
        return call.per_sample("sample_weight", call.real("sample_weight", value), shape, letters)

    def where(self, call: Arguments, values: dict[str, Any], shape: tuple[int, ...], letters: str) -> Array | None:
        """The mask of what counts, of this shape; None where all does."""
        value = values["where"]
        if value is None:
            return None
        mask = call.per_sample("where", call.mask("where", value), shape, letters)
        return call.backend.xp.broadcast_to(mask, shape)


PLAIN = (int, float, str, tuple, NoneType)
"""The types of a checked hyperparameter, where no compiler holds it as an array."""


def divides_by_zero(values: dict[str, Any]) -> bool:
    """Whether a mean over nothing is asked for by a plain number, which a compiler must know."""
    normalizer = values["normalizer"]
    return values["reduction"] == "mean" and isinstance(normalizer, int | float) and normalizer == 0


def constant(call: Arguments, value: Any) -> Any:
    """A weight as plain data if it lies in host memory; elsewhere, and under a trace, only that there is one."""
    plain = "array" if value is not None and call.backend.tracing() else frozen(value)
    return plain if plain is None or isinstance(plain, int | float | tuple) else "array"


def make_loss(family: Family) -> Callable[..., Any]:
    """The public function: the body's name and documentation, the family's behaviour."""

    @wraps(family.formula)
    def loss(*args: Any, **kwargs: Any) -> Any:
        if len(args) == 2 and kwargs.keys() <= family.plain_options:
            found = delegate(family, *args, **kwargs)
            if found is not None:
                return found
        return family.call(*args, **kwargs)

    # code of its own, by which torch.compile counts recompilations, and tracebacks name the loss
    loss.__code__ = loss.__code__.replace(co_name=family.name, co_qualname=family.name)  # type: ignore[attr-defined]
    loss.__signature__ = family.signature.public  # type: ignore[attr-defined]
    loss.__doc__ = family.signature.document(family.formula.__doc__, family.where_doc)

    def derivative(both: Callable[..., Any]) -> Callable[..., Any]:
        family.derivative = both
        return both

    loss.family, loss.derivative = family, derivative  # type: ignore[attr-defined]
    return loss


def family_of(loss: Callable[..., Any]) -> Family:
    """The family record of a loss function."""
    return loss.family  # type: ignore[attr-defined,no-any-return]


def derivative_of(loss: Callable[..., Any]) -> Callable[..., Derivative]:
    """The derivative by hand of a loss, for those of other losses."""
    found = family_of(loss).derivative
    assert found is not None
    return found


def formula(loss: Callable[..., Any]) -> Callable[..., Any]:
    """The bare formula of a loss, for other formulas: no checks, no weights, no reduction."""
    return family_of(loss).formula
