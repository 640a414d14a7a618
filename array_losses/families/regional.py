"""Regional losses: a ratio of sums over the pixels of a region, for each sample and class.

A formula gives each pixel's terms, the family sums them up, and a finish makes the loss of a (sample, class) pair of
the sums. With ``batch=True`` the sums run over the batch too, and a pair is a class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..arguments import Arguments
from ..backends import backend_of
from ..domains import UNIT
from ..evaluation import evaluate
from ..evaluation.plan import Prepared, reduce
from ..reduction import Elements, MeanFinish, check_options
from ..sums import Sums
from ..typing import Array
from .base import Family, P, R
from .function import make_loss
from .hyperparameters import hyperparameters
from .labels import ClassIds, Probabilities
from .layout import Layout, layout
from .pixels import Pixels
from .regional_finish import RegionalFinish, pair_shape
from .roles import Real, Role, Weight

Arrays = tuple[Array | None, ...]


class Regional(Family):
    """`finish` makes the loss of a pair of the sums of the formula's terms; if `coupled`, one of all classes.

    `vanishes` says that the terms are 0 where probability and truth are: masking these two masks all terms. `fixed` are
    those of the family's options that a loss does not leave to its caller.
    """

    static_arrays = ("weight", "alpha")
    where_doc = " of the pixels, of shape (N, *S)"

    def __init__(
        self, body: Any, *, finish: Callable[..., Any], coupled: bool, vanishes: bool, fixed: Mapping[str, Any],
        **record: Any,
    ) -> None:  # fmt: skip
        super().__init__(body, **record)
        self.finish, self.coupled, self.vanishes, self.fixed = finish, coupled, vanishes, fixed

    def layout(self, options: Mapping[str, Any]) -> Layout:
        """What the arrays are, for these options; how a call lays them out is the work of `Pixels`.

        Letters do not say that the unreduced loss may lack the background among its classes.
        """
        options = {**options, **self.fixed}
        samples = "" if options.get("batch") else "N"
        predicted = None if options.get("activation", True) else UNIT
        if options["axis"] is None:
            target = Real("N *S", UNIT, labels=True)
            return layout({"input": Real("N *S", predicted), "target": target}, returns=samples, where="N *S")
        ids = ClassIds("N *S", "C", Probabilities("N C *S"))
        roles: dict[str, Role] = {"input": Real("N C *S", predicted), "target": ids}
        roles |= {"weight": Weight("C")} if "weight" in self.arrays else {}
        return layout(roles, returns=samples if self.coupled else f"{samples} C", where="N *S", axis="C")

    def unreduced_shape(self, shape: tuple[int, ...], options: Mapping[str, Any]) -> tuple[int, ...] | None:
        found = pair_shape(shape, {**options, **self.fixed})
        return found[:-1] if found is not None and self.coupled else found

    def __call__(self, values: dict[str, Any]) -> Any:
        values.update(self.fixed)
        if not values.get("batch"):
            return super().__call__(values)
        call = self.arguments_of(values)
        normalizer = values["normalizer"] = check_options(call, values["reduction"], values["normalizer"])
        placed = self._place_arrays(call, values)
        if call.backend.jit_call is not None and values["reduction"] != "sums":
            return self.compiled_call(call, values, self.traced_call)
        return self._reduce_batch(call, values, normalizer, *placed)

    def traced_call(self, values: dict[str, Any]) -> Any:
        values.update(self.fixed)
        if not values.get("batch"):
            return super().traced_call(values)
        call = self.arguments_of(values)
        normalizer = values["normalizer"] = check_options(call, values["reduction"], values["normalizer"])
        return self._reduce_batch(call, values, normalizer, *self._place_arrays(call, values))

    def _place_arrays(self, call: Arguments, values: dict[str, Any]) -> tuple[Pixels, Arrays, Arrays]:
        """The pixels, their arrays, and the weights of the pairs and the hyperparameters that are arrays, checked."""
        hyper, hyper_arrays, checks = hyperparameters(call, self.signature, values)
        pixels = Pixels(self, call, values, hyper, checks)
        return pixels, pixels.arrays(call, values), (*pixels.weights(call, values), *hyper_arrays.values())

    def _reduce_batch(
        self, call: Arguments, values: dict[str, Any], normalizer: Any, pixels: Pixels, arrays: Arrays, weights: Arrays
    ) -> Array | Sums:
        sums = evaluate(call.backend, pixels.kernel(arrays))
        plan = self.plan(call, values, normalizer)
        if plan.reduction == "sums":
            return self._batch_sums(call, plan.finish, pixels, weights, sums, plan.normalizer)
        own = len(weights)
        return reduce(
            call, plan, Prepared((*weights, *sums), lambda *each: pixels.region_losses(each[own:], *each[:own]))
        )

    def prepare(self, call: Arguments, values: dict[str, Any]) -> Prepared:
        pixels, arrays, weights = self._place_arrays(call, values)

        own = len(weights)

        def elements(*each: Array | None) -> Elements:
            sums = evaluate(backend_of(each[own]), pixels.kernel(each[own:]))
            return pixels.region_losses(sums, *each[:own])

        return Prepared((*weights, *arrays), elements)

    def _batch_sums(
        self,
        call: Arguments,
        finish: MeanFinish,
        pixels: Pixels,
        weights: Arrays,
        sums: tuple[Array, ...],
        divisor: Any,
    ) -> Sums:
        weight, sample_weight, *hyper_arrays = weights
        constants = {"weight": weight, "sample_weight": sample_weight, **pixels.usable(hyper_arrays)}
        if not isinstance(divisor, str):
            number = isinstance(divisor, float)
            constants["normalizer"] = call.backend.from_host(divisor, sums[0], call.compute) if number else divisor
        given = {name: call.backend.cast(each, call.compute) for name, each in constants.items() if each is not None}
        one = call.backend.from_host(1.0, sums[0], call.compute)
        last = RegionalFinish(
            finish.loss,
            finish.options,
            finish.dtype,
            self.finish,
            pixels.finish_options,
            pixels.skip_empty,
            divisor if isinstance(divisor, str) else "constant",
            tuple(given),
            len(sums),
            self.coupled,
            tuple(pixels.checks),
        )
        return Sums((*sums, *given.values(), one), last)


def regional(
    *,
    finish: Callable[..., Any],
    coupled: bool = False,
    vanishes: bool = False,
    fixed: Mapping[str, Any] = MappingProxyType({}),
    tasks: tuple[str, ...],
    torch: str | None = None,
    divisor: str = "weights",
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula on (probabilities, truth) that returns terms, and the finish of their sums.

    The finish gives a loss for each class; if `coupled`, one of all classes, which lie along the last axis. `vanishes`
    says that each term is 0 where probability and truth are, which makes a mask cheaper. `fixed` are options such as
    ``axis=None`` or ``batch=True`` that the loss itself does not have.
    """

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        record = {"tasks": tasks, "torch": torch, "divisor": divisor}
        return make_loss(Regional(body, finish=finish, coupled=coupled, vanishes=vanishes, fixed=fixed, **record))

    return decorate
