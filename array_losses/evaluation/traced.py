"""Arrays traced by the tape: a kernel is one primitive where the wrapped library makes its gradient itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..autodiff.primitives import lift, unwrap
from ..autodiff.tape_backend import TapeBackend
from ..typing import Array
from .blockwise import Executor
from .kernel import Kernel, Parts
from .plain_loss import PlainLoss


class TracedExecutor(Executor):
    """The wrapped library's own evaluation of plain arrays, else the formula on traced ones."""

    backend: TapeBackend

    def __init__(self, backend: TapeBackend, inner: Executor) -> None:
        super().__init__(backend)
        self.inner, self.max_chunk = inner, inner.max_chunk

    def delegate(self, loss: PlainLoss, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        input, cls = args[0], self.backend.cls
        if loss.derivative is None or self.backend.level > 1 or not input.active:
            return None
        found = self.inner.fast_loss(loss, (input.value, *args[1:]), kwargs, differentiated=True)
        if found is None:
            return None
        once = [found]

        def pull(g: Any) -> Array:
            made: Any = once.pop() if once else self.inner.fast_loss(loss, (input.value, *args[1:]), kwargs, True)
            gradient: Array = self.inner.scaled(made.slope() * (1 / made.divisor), g)
            return gradient

        return cls(found.value, ((input, pull),))

    def evaluate(self, kernel: Kernel) -> Any:
        cls = self.backend.cls
        argnums = tuple([i for i, each in enumerate(kernel.operands) if isinstance(each, cls) and each.active])
        if not argnums or self.backend.level > 1:
            return kernel.whole(*kernel.operands)
        plain = kernel._replace(operands=tuple([unwrap(each, cls) for each in kernel.operands]))
        found = self.inner.parts_and_gradient(plain, argnums)
        if found is None:
            return kernel.whole(*kernel.operands)
        parts, ready = found
        if ready is None:
            return kernel.finished(self._node(kernel, plain, argnums, parts, None))
        value = plain.finished(parts)
        first, *others = value if isinstance(value, tuple) else (value,)
        (first,) = self._node(kernel, plain, argnums, (first,), ready)
        return (first, *[lift(each, cls) for each in others]) if isinstance(value, tuple) else first

    def _node(
        self, kernel: Kernel, plain: Kernel, argnums: tuple[int, ...], parts: Parts, ready: list[Any] | None
    ) -> Parts:
        """The parts as traced arrays; a gradient that is ready serves their first backward pass."""
        made: dict[int, Any] = {}
        once = [] if ready is None else [ready]

        def gradients(gs: Parts) -> list[Any]:
            if ready is None:
                return self.inner.run(plain, argnums, gs)[1]
            found = once.pop() if once else self.inner.run(plain, argnums)[1]
            return [self.inner.scaled(each, gs[0]) for each in found]

        def pull(place: int) -> Callable[[Array], Array]:
            def pulled(g: Any) -> Array:
                if place not in made:  # those by the other operands are made with it
                    gs = (g,) if len(parts) == 1 else tuple([g[i, ...] for i in range(len(parts))])
                    made.update(enumerate(gradients(gs)))
                return self.backend.inner.cast(made.pop(place), plain.operands[argnums[place]].dtype)

            return pulled

        parents = tuple((kernel.operands[i], pull(place)) for place, i in enumerate(argnums))
        cls = self.backend.cls
        if len(parts) == 1:
            return (cls(parts[0], parents),)
        # one node for all, so that the second pass is one
        stacked = cls(self.backend.inner.xp.stack(list(parts)), parents)
        return tuple([stacked[i, ...] for i in range(len(parts))])
