"""The frame of every family: a decorator that keeps the formula and surrounds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ParamSpec, TypeVar

from ..arguments import Arguments
from ..backends import backend_of, lift_to_deepest_trace
from ..backends.polyfill import dtype_name
from ..evaluation.plain_loss import FastElements
from ..evaluation.plan import Prepared, reduce
from ..intervals import Extremes
from ..options import PLAIN, Function
from ..reduction import BATCH_MEAN, MeanFinish, Plan, batch_mean, check_options, divides_by_zero
from ..typing import Array, Derivative
from .frame import Frame, place_mask, place_weight
from .hyperparameters import hyperparameters, sums_options
from .layout import Layout
from .roles import NUMBER
from .signature import COMMON, Signature
from .surround import Surround

P = ParamSpec("P")
R = TypeVar("R")


class Family(Surround):
    """The frame around a formula. A subclass says by a layout what its arrays are."""

    takes_class_ids = False
    """Whether the target may be one class id for each position."""
    labels = False
    """Whether the target may be labels, integers or booleans."""
    static_arrays: tuple[str, ...] = ("alpha", "pos_weight")
    """The arrays that are options of the loss, where it has them, not data: sums of different ones do not merge."""
    where_doc = " of the shape of the unreduced loss"
    """The shape of the mask `where`, in words for the docstring."""
    composite = False
    """Whether it is a sum of other losses, whose sums are composed of theirs."""
    unreduced = True
    """Whether there is an unreduced loss, ``reduction="none"``."""
    min_divisor = 0.0
    """The least divisor of the loss's own."""
    batch_mean = False
    """Whether torch's "batchmean" is a reduction of the loss."""
    key: str
    """The key under which it is kept as a leaf."""
    fixed_layout: Layout
    """The layout, where options do not change it."""

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
        self.calls_user = any(isinstance(each, Function) for each in self.signature.checkers.values())
        self.short_options = {*COMMON, *self.hyperparameters, *self.arrays[2:]}
        """The options of a call that its library may evaluate by its own means."""

    def check_fixed(self, name: str, reduction: object, normalizer: object) -> None:
        """Refuse a reduction or normalizer that the loss does not have, also of an object of this name."""

    # --- what its arrays are ----------------------------------------------------------------------------------------

    def layout(self, options: Mapping[str, Any]) -> Layout:  # noqa: ARG002
        """The layout of the arrays for these options."""
        return self.fixed_layout

    def structure(self, options: dict[str, Any], ndim: int) -> str | int:
        """The structure of the Hessian with respect to `input`: "diagonal", the axis it couples, or "dense"."""
        layout = self.layout(options)
        consumed = [each for each in layout.roles[self.main_argument].letters if each not in layout.returns]
        start = layout.start(ndim, options)
        if self.gathers(options) or start is None or len(consumed) > 1 or any(each[0] == "*" for each in consumed):
            return "dense"
        return (start.axis if layout.axis else ndim - 1) if consumed else "diagonal"

    def unreduced_shape(self, shape: tuple[int, ...], options: Mapping[str, Any]) -> tuple[int, ...] | None:
        """The shape of the unreduced loss of an input of this shape; None where such a call is refused."""
        layout = self.layout(options)
        sizes = layout.sizes(shape, options)
        return sizes.shape(layout.returns) if sizes else None

    # --- a call -----------------------------------------------------------------------------------------------------

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The loss of the arguments as the user gives them."""
        found = self.by_leaf(args, kwargs)
        return self.evaluate(*args, **kwargs) if found is None else found

    def by_leaf(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The loss where a compiler takes it as one operation; else None."""
        try:
            backend = backend_of(args[0] if args else kwargs[self.main_argument])
        except (TypeError, KeyError):  # an error that `evaluate` explains
            return None
        return backend.call_leaf(self.key, args, kwargs)

    def evaluate(self, *args: Any, **kwargs: Any) -> Any:
        """The loss, by what is written here."""
        return self(self.signature.bind(args, kwargs))

    def __call__(self, values: dict[str, Any]) -> Any:
        return self.reduced(values, reduce, self.traced_call)

    def traced_call(self, values: dict[str, Any]) -> Any:
        """The loss of a call that the library's compiler traces."""
        return reduce(*self.planned(values))

    def reduced(self, values: dict[str, Any], last: Callable[..., Any], traced: Callable[..., Any]) -> Any:
        """The result of a last step, by one function that the library's compiler traces where it has one."""
        call, plan, prepared = self.planned(values)
        if call.backend.jit_call is not None and values["reduction"] != "sums":  # sums keep their options as plain data
            return self.compiled_call(call, values, traced)
        return last(call, plan, prepared)

    def planned(self, values: dict[str, Any]) -> tuple[Arguments, Plan, Prepared]:
        """The arguments of a call, its reduction, and what is reduced."""
        call = self.arguments_of(values)
        if self.batch_mean and values["reduction"] == BATCH_MEAN:
            values.update(batch_mean(call, values["normalizer"]))
        normalizer = values["normalizer"] = check_options(call, values["reduction"], values["normalizer"])
        prepared = self.prepare(call, values)
        return call, self.plan(call, values, normalizer), prepared

    def compiled_call(self, call: Arguments, values: dict[str, Any], traced: Callable[..., Any]) -> Any:
        """The result by one compiled function: its arguments are the arrays and a number to divide by."""
        normalizer = values["normalizer"]
        if normalizer is not None and not isinstance(normalizer, str) and not divides_by_zero(values):
            call.place("normalizer", normalizer)
        fixed = {name: value for name, value in values.items() if name not in call.placed}
        return call.backend.jit_call(traced, tuple(fixed.items()), call.placed)

    def prepare(self, call: Arguments, values: dict[str, Any]) -> Prepared:
        """The checked call, by the roles of its arrays."""
        layout = self.layout(values)
        arrays, geometry = layout.placed(call, values, self.signature.required)
        hyper, hyper_arrays, checks = hyperparameters(call, self.signature, values)
        frame = Frame(layout, geometry, hyper, tuple(hyper_arrays), call.compute, values["reduction"] != "none")
        where = place_mask(call, values["where"], geometry.mask_shape, layout.where_text)
        sample_weight = place_weight(call, values["sample_weight"], frame.positions, layout.returns_text)
        self.check(call, values, frame, arrays, where)
        for name, each in checks.items():
            frame.keep(name, NUMBER, each)
        for name in geometry.shared:
            arrays[name] = call.backend.cast(arrays[name], call.compute)
        given = (where, sample_weight, *arrays.values(), *hyper_arrays.values())
        return self.prepared(frame, given, self.chunk(call, values, frame))

    def check(
        self,
        call: Arguments,
        values: dict[str, Any],  # noqa: ARG002
        frame: Frame,
        arrays: dict[str, Any],
        where: Array | None,
    ) -> None:
        """Check the values of the arrays where looking is free; the frame keeps what could not be seen."""
        for name, role in frame.geometry.checked:
            mask = None if where is None else frame.mask(where, name)
            frame.keep(name, role, role.check(call, name, arrays[name], mask, frame))

    def chunk(self, call: Arguments, values: dict[str, Any], frame: Frame) -> int:  # noqa: ARG002
        """The positions of a block, where the formula makes more of each than any array holds; else 0."""
        return 0

    def elements_fast(
        self,
        input: Array,  # noqa: ARG002
        target: Array,  # noqa: ARG002
        options: dict[str, Any],  # noqa: ARG002
        extremes: Extremes,  # noqa: ARG002
        differentiated: bool,  # noqa: ARG002
    ) -> FastElements | None:
        """The unreduced losses and a function to their derivative, for small plain arrays; None: the general path.

        `options` are those that are not as by default, arrays among them; `extremes` tells the least and the largest
        value; without `differentiated` no derivative is wanted.
        """
        return None

    def by_hand_or_formula(self, differentiated: bool, *arrays: Array, **options: Any) -> tuple[Any, Any] | None:
        """What the formula makes, and a function to its derivative where that is wanted; None where none is by hand."""
        if differentiated or (self.values_by_hand and self.derivative is not None):
            return None if self.derivative is None else self.derivative(*arrays, **options)
        return self.formula(*arrays, **options), None

    def with_defaults(self, names: Iterable[str], options: dict[str, Any]) -> dict[str, Any]:
        """The defaults of the named arguments and of the hyperparameters, replaced by these options."""
        return {name: self.signature.defaults[name] for name in (*names, *self.hyperparameters)} | options

    def arguments_of(self, values: dict[str, Any]) -> Arguments:
        """The arguments of a call, of which the first array is placed."""
        others = [values[name] for name in self.other_arrays]
        others += [values[name] for name in self.hyperparameters if type(values[name]) not in PLAIN]
        first = lift_to_deepest_trace(values[self.main_argument], tuple(others))
        return Arguments(self.name, self.main_argument, first, hint=partial(self._order, values))

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

    def default_divisor(self, call: Arguments, values: dict[str, Any]) -> str:  # noqa: ARG002
        """The loss's own divisor of the mean, for these arguments."""
        return self.divisor

    def plan(self, call: Arguments, values: dict[str, Any], normalizer: Any) -> Plan:
        """The reduction of a prepared call."""
        default = self.default_divisor(call, values)
        used = default if normalizer is None else normalizer
        least = self.min_divisor if isinstance(used, str) and used == "own" else 0.0
        options: tuple[tuple[str, Any], ...] = ()
        dtype = ""
        if values["reduction"] == "sums":
            arrays = [name for name in self.static_arrays if name in self.arrays]
            options, dtype = sums_options(call, values, self.hyperparameters, arrays, used), dtype_name(call.compute)
        return Plan(values["reduction"], used, MeanFinish(self.name, options, dtype, least))
