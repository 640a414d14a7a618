"""Losses as PyTorch modules, and sums over the processes of a group."""

from __future__ import annotations

from typing import Any

from .definitions import checked_terms, missing

try:
    import torch
except ModuleNotFoundError as error:
    raise missing(error, "torch", "torch") from None

from ..compositions import Composition
from ..errors import NamespaceError, OptionError, describe, fail
from ..families.function import family_of
from ..objects import Loss
from .data_parallel import all_reduce, data_parallel_loss

__all__ = ["LossModule", "all_reduce", "as_module", "data_parallel_loss"]


class LossModule(torch.nn.Module):
    """A loss as a module; made by `as_module`.

    .. versionadded:: 0.1
    """

    def __init__(self, loss: Loss | Composition) -> None:
        super().__init__()
        terms = checked_terms("as_module", loss)
        self._names: tuple[str, ...] = ()
        if isinstance(loss, Loss):
            self._definition: Loss | Composition = self._register(loss)
            return
        children: dict[str, LossModule] = {}
        for _, term in terms:
            name, count = type(term).__name__, 1
            while name in children:
                count += 1
                name = f"{type(term).__name__}_{count}"
            children[name] = LossModule(term)
        for name, child in children.items():
            self.add_module(name, child)
        definitions: list[Any] = [child._definition for child in children.values()]
        factors = [factor for factor, _ in terms]
        self._definition = Composition(tuple(zip(factors, definitions, strict=True)))

    def _register(self, loss: Loss) -> Loss:
        """Keep the arrays among the options as buffers, learned ones as parameters; return the loss without them."""
        family = family_of(loss.function)
        names = []
        for name, value in loss.options.items():
            array = name in family.arrays
            if not array and not hasattr(value, "shape"):
                continue
            names.append(name)
            if isinstance(value, int | float | tuple):
                value = torch.tensor(value, dtype=torch.get_default_dtype())
            elif value is not None and not isinstance(value, torch.Tensor):
                fail(NamespaceError, "as_module", name, "be numbers, NumPy's or a tensor", describe(value))
            if value is None or not value.requires_grad:
                self.register_buffer(name, None if value is None else value.clone())  # loading writes to it
            elif value.is_leaf:
                learned = value if isinstance(value, torch.nn.Parameter) else torch.nn.Parameter(value)
                self.register_parameter(name, learned)
            else:
                expected = "be a tensor that is learned itself (an nn.Parameter), or not learned"
                fail(OptionError, "as_module", name, expected, "the result of a computation; call the loss with it")
        self._names = tuple(names)
        defaults = family.signature.defaults
        return loss.replace(**{name: defaults[name] for name in names})

    def _own(self) -> tuple[dict[str, Any], ...]:
        """The arrays of each term by their names, as they are now."""
        if isinstance(self._definition, Loss):
            own = {name: getattr(self, name) for name in self._names}
            return ({name: value for name, value in own.items() if value is not None},)
        return tuple([own for child in self.children() if isinstance(child, LossModule) for own in child._own()])

    def forward(self, *arrays: Any, **options: Any) -> Any:
        """The loss of these arrays; options given here rule over those of the loss."""
        return self._definition.call_with(self._own(), arrays, options)

    @property
    def loss(self) -> Loss | Composition:
        """The loss object, with the arrays as they are now."""
        pairs = zip(self._definition.terms(), self._own(), strict=True)
        terms = tuple([(factor, term.replace(**own)) for (factor, term), own in pairs])
        return terms[0][1] if isinstance(self._definition, Loss) else Composition(terms)

    def extra_repr(self) -> str:
        shown = [f"{name}=<{describe(value)}>" for name, value in self._own()[0].items()] if self._names else []
        return ", ".join([repr(self._definition), *shown])


def as_module(loss: Loss | Composition) -> LossModule:
    """A loss as an `nn.Module`, whose `forward` takes the loss's arrays.

    .. versionadded:: 0.1

    Parameters
    ----------
    loss : loss object or composition
        The loss. Weights among its options (`weight`, `pos_weight`, `alpha`) become buffers of their names, in torch's
        default dtype, tensors that require a gradient (a learned `gamma`) parameters. Those of a composition belong to
        its terms, which are submodules named by their classes, a second one of a class ``FocalLoss_2``.

    Returns
    -------
    LossModule
        A module that `.to` moves, that `state_dict` and `torch.save` keep, and that `torch.compile` and `torch.export`
        take. ``forward(input, target, reduction="none", ...)`` takes options too; `loss` is the loss object again.

    Raises
    ------
    DTypeError
        `loss` is no loss object; the error says what to write for a function or a class.
    NamespaceError
        An array among the options belongs to another library.
    OptionError
        An array among the options is computed from what is learned.

    Notes
    -----
    The `state_dict` of `torch.nn.CrossEntropyLoss(weight=...)` or `torch.nn.BCEWithLogitsLoss(pos_weight=...)` loads.
    `torch.save` of the whole module is loaded with ``weights_only=False``; its `state_dict` without.

    Examples
    --------
    >>> import torch
    >>> import array_losses as al
    >>> from array_losses.integrations.torch import as_module
    >>> criterion = as_module(al.CrossEntropyLoss(weight=[1.0, 3.0]) + 0.5 * al.FocalLoss())
    >>> list(criterion.state_dict())
    ['CrossEntropyLoss.weight']
    >>> criterion(torch.zeros(1, 2), torch.tensor([1]))
    tensor(0.7798)
    """
    return LossModule(loss)
