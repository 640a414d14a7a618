"""Losses as plain data, so that a team in JAX and a team in torch train on one definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import losses
from .composable import CONFIG_VERSION
from .compositions import Composition
from .errors import OptionError, closest, describe, fail
from .objects import Loss

if TYPE_CHECKING:
    from os import PathLike


def from_config(data: dict[str, Any]) -> Any:
    """The loss that `Loss.to_config` described, equal to the original.

    Examples
    --------
    >>> import array_losses as al
    >>> loss = 0.5 * al.FocalLoss(gamma=1.5) + al.DiceLoss()
    >>> al.from_config(loss.to_config()) == loss
    True
    """
    if not isinstance(data, dict):
        fail(OptionError, "from_config", "data", "be a table of options", describe(data))
    version = data.get("version", CONFIG_VERSION)
    if version != CONFIG_VERSION:
        fail(OptionError, "from_config", "version", f"be {CONFIG_VERSION}", describe(version))
    if "sum" in data:
        _only(data, ("version", "sum"))
        terms = [dict(each) for each in data["sum"]]
        return Composition(tuple((float(each.pop("scale", 1.0)), _loss(each)) for each in terms))
    return _loss({key: value for key, value in data.items() if key != "version"})


def load(path: str | PathLike[str]) -> dict[str, Any]:
    """The losses of a TOML file, by the names of its tables.

    A file such as::

        [train]
        loss = "FocalLoss"
        options = {gamma = 1.5}

        [validation]
        loss = "CrossEntropyLoss"
    """
    import tomllib

    with open(path, "rb") as file:  # noqa: PTH123, as pathlib would slow every import down
        tables = tomllib.load(file)
    return {name: from_config(table) for name, table in tables.items() if name != "version"}


def _loss(data: dict[str, Any]) -> Loss:
    _only(data, ("loss", "options", "none"))
    classes = {name: cls for name, cls in vars(losses).items() if isinstance(cls, type) and issubclass(cls, Loss)}
    name = data.get("loss")
    if not isinstance(name, str) or name not in classes:
        close = closest(str(name), classes)
        expected = "be the class name of a loss" + (f" (did you mean `{close}`?)" if close else "")
        fail(OptionError, "from_config", "loss", expected, describe(name))
    options, off = data.get("options", {}), data.get("none", [])
    if not isinstance(options, dict) or not isinstance(off, list):
        fail(OptionError, "from_config", "options", "be a table, and `none` a list of names", describe(options))
    return classes[name](**options, **dict.fromkeys(off))


def _only(data: dict[str, Any], known: tuple[str, ...]) -> None:
    unknown = [key for key in data if key not in known]
    if unknown:
        fail(OptionError, "from_config", "data", f"have the keys {', '.join(known)} only", f'"{unknown[0]}"')
