"""Losses as plain data, so that a team in JAX and a team in torch train on one definition."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NoReturn

from . import losses
from .catalog import CLASSES
from .composable import CONFIG_VERSION, checked_factor
from .compositions import Composition
from .errors import ArrayLossesError, OptionError, closest, describe, fail
from .objects import Loss


def from_config(data: dict[str, Any]) -> Any:
    """The loss that `Loss.to_config` described, equal to the original.

    .. versionadded:: 0.1

    Parameters
    ----------
    data : dict
        ``{"loss": name of a class, "options": {...}, "none": [names of options that are None]}``, or
        ``{"sum": [...]}`` of such tables, each with its `scale` (1 where left out). `version` says of which format.

    Returns
    -------
    Loss or Composition

    Raises
    ------
    ArrayLossesError
        What is wrong, of the class that the loss itself raises, with the place: ``from_config: `sum[1].scale` must
        be a finite number, got nan``.

    Examples
    --------
    >>> import array_losses as al
    >>> loss = 0.5 * al.FocalLoss(gamma=1.5) - al.DiceLoss()
    >>> al.from_config(loss.to_config()) == loss
    True
    """
    if not isinstance(data, dict):
        fail(OptionError, "from_config", "data", "be a table that describes a loss", describe(data))
    return _described("from_config", data)


def load(path: str | os.PathLike[str]) -> dict[str, Any]:
    r"""The losses of a TOML file, by the names of its tables.

    A file such as::

        [train]
        loss = "FocalLoss"
        options = {gamma = 1.5}

        [validation]
        sum = [
            {loss = "CrossEntropyLoss"},
            {scale = 0.5, loss = "DiceLoss", options = {smooth_nr = 1.0}},
        ]

    .. versionadded:: 0.1

    Parameters
    ----------
    path : str or path
        The file.

    Returns
    -------
    dict
        Losses and compositions by name.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ArrayLossesError
        What is wrong with it, with file, table and key: ``losses.toml [train]: `options.gamma` must be a finite
        number >= 0, got "2"``.

    Examples
    --------
    >>> import array_losses as al, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "losses.toml")
    >>> _ = path.write_text('[train]\nloss = "FocalLoss"\noptions = {gamma = 1.5}')
    >>> al.load(path)
    {'train': FocalLoss(gamma=1.5)}
    """
    import tomllib

    file = os.fsdecode(path)
    with open(path, "rb") as stream:  # noqa: PTH123, as pathlib would slow every import down
        try:
            tables = tomllib.load(stream)
        except ValueError as error:  # of the syntax, or bytes that are no UTF-8
            raise OptionError(f"{file}: not TOML: {error}") from None
    _check_version(file, tables)
    found = {}
    for name, table in tables.items():
        if name == "version":
            continue
        if not isinstance(table, dict):
            fail(OptionError, file, name, "be a table that describes a loss", describe(table))
        found[name] = _described(f"{file} [{name}]", table)
    return found


def _described(where: str, data: dict[str, Any]) -> Any:
    """The loss or composition of a table; `where` is what the errors begin with."""
    _check_version(where, data)
    if "sum" not in data:
        return _loss(where, "", {key: value for key, value in data.items() if key != "version"})
    _only(where, "", data, ("version", "sum"))
    terms = data["sum"]
    if not isinstance(terms, list | tuple) or not terms:
        got = "an empty list" if isinstance(terms, list | tuple) else describe(terms)
        fail(OptionError, where, "sum", "be a list of tables, one at least", got)
    return Composition(tuple([_term(where, f"sum[{i}]", each) for i, each in enumerate(terms)]))


def _term(where: str, key: str, data: Any) -> tuple[float, Loss]:
    if not isinstance(data, dict):
        fail(OptionError, where, key, "be a table that describes a loss", describe(data))
    scale = checked_factor(where, f"{key}.scale", data.get("scale", 1.0))
    return scale, _loss(where, f"{key}.", {name: value for name, value in data.items() if name != "scale"}, ("scale",))


def _loss(where: str, path: str, data: dict[str, Any], others: tuple[str, ...] = ()) -> Loss:
    """The loss of a table whose keys stand at `path`; it may have `others` too."""
    _only(where, path, data, ("loss", "options", "none"), others)
    name, options, off = data.get("loss"), data.get("options", {}), data.get("none", [])
    if not isinstance(name, str) or name not in CLASSES:
        close = closest(name, CLASSES) if isinstance(name, str) else ""
        expected = "be the class name of a loss" + (f" (did you mean `{close}`?)" if close else "")
        fail(OptionError, where, f"{path}loss", expected, describe(name) if "loss" in data else "nothing")
    if not isinstance(options, dict) or not all(isinstance(key, str) for key in options):
        fail(OptionError, where, f"{path}options", "be a table of options by name", describe(options))
    if not isinstance(off, list | tuple):
        fail(OptionError, where, f"{path}none", "be a list of names of options", describe(off))
    for i, key in enumerate(off):
        if not isinstance(key, str) or key in options or key in off[:i]:
            expected = "be the name of an option that is given nowhere else"
            fail(OptionError, where, f"{path}none[{i}]", expected, describe(key))
    try:
        loss: Loss = getattr(losses, name)(**options, **dict.fromkeys(off))
        return loss
    except ArrayLossesError as error:
        _raise_in_place(error, where, path, off)


def _raise_in_place(error: ArrayLossesError, where: str, path: str, off: Any) -> NoReturn:
    """An error of a loss's class, ``FocalLoss: `gamma` must ...``, with the place of the option in what was read."""
    _, _, text = str(error).partition(": ")
    key = text.split("`")[1]
    place = f"`{path}none[{off.index(key)}]` ({key})" if key in off else f"`{path}options.{key}`"
    raise type(error)(f"{where}: {text.replace(f'`{key}`', place, 1)}") from None


def _check_version(where: str, data: Mapping[str, object]) -> None:
    version = data.get("version", CONFIG_VERSION)
    if type(version) is not int or version != CONFIG_VERSION:
        newer = " (of a newer array_losses)" if type(version) is int and version > CONFIG_VERSION else ""
        fail(OptionError, where, "version", f"be {CONFIG_VERSION}", describe(version) + newer)


def _only(
    where: str, path: str, data: Mapping[str, object], known: tuple[str, ...], others: tuple[str, ...] = ()
) -> None:
    for key in data:
        if key not in known:
            close = closest(str(key), (*known, *others))
            hint = f"did you mean `{close}`?" if close else f"it takes {', '.join((*others, *known))}"
            raise OptionError(f"{where}: unknown key `{path}{key}`; {hint}")
