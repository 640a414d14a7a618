"""Losses as plain data, so that a team in JAX and a team in torch train on one definition."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from .. import losses as ours
from ..catalog import CLASSES
from ..composable import Composable
from ..errors import DTypeError, OptionError, describe, fail
from .reader import Reader

__all__ = ["dump", "from_config", "load"]


def from_config(data: dict[str, Any]) -> Any:
    """The loss that `Loss.to_config` described, equal to the original.

    .. versionadded:: 0.1

    Parameters
    ----------
    data : dict
        ``{"loss": name of a class, "options": {...}, "none": [names of options that are None]}``, or
        ``{"sum": [...]}`` of such tables, each with its `scale` (1 where left out; a table of `steps` and `values` is
        a `Schedule`). `version` says of which format.

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
    reader = Reader()
    loss = reader.described(data)
    for problem in reader.problems:
        raise problem.error("from_config")
    return loss


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
            {scale = {steps = [0, 1000], values = [0.0, 1.0]}, loss = "FocalLoss"},
        ]

    A `scale` with steps is a `Schedule`. Nothing in a file is evaluated: it names classes of this library, and holds
    their options.

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
        What is wrong with it, with file, line, table and key: ``losses.toml:3 [train]: `options.gamma` must
        be a finite number >= 0, got "2"``. `python -m array_losses validate FILE` lists all errors of a file.

    Examples
    --------
    >>> import array_losses as al, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "losses.toml")
    >>> _ = path.write_text('[train]\nloss = "FocalLoss"\noptions = {gamma = 1.5}')
    >>> al.load(path)
    {'train': FocalLoss(gamma=1.5)}
    """
    from .file import read

    found, problems = read(path)
    for _, error in problems:
        raise error
    return found


def dump(losses: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write losses to a TOML file, which `load` reads back equal.

    .. versionadded:: 0.1

    Parameters
    ----------
    losses : dict
        Losses and compositions by name. Arrays among their options are written as lists.
    path : str or path
        The file, which is made anew. Every option is written, those that are not given at their defaults.

    Raises
    ------
    OptionError
        A name is "version", which is that of the format, or no text; an option is an array on a device; a loss is not
        one of this library. Nothing is written then.
    DTypeError
        What is to be written is no loss object.

    Examples
    --------
    >>> import array_losses as al, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "losses.toml")
    >>> al.dump({"train": al.L1Loss() + 0.5 * al.MSELoss()}, path)
    >>> al.load(path)
    {'train': 1 * L1Loss() + 0.5 * MSELoss()}
    """
    from .toml import written

    if not isinstance(losses, Mapping):
        fail(OptionError, "dump", "losses", 'be a dict of losses by name, {"train": loss}', describe(losses))
    if os.fspath(path).endswith((".json", ".yaml", ".yml")):
        fail(OptionError, "dump", "path", "name a TOML file, such as losses.toml", describe(os.fspath(path)))
    for name, loss in losses.items():
        if not isinstance(name, str) or name == "version" or name != name.encode(errors="ignore").decode():
            fail(OptionError, "dump", "losses", 'have texts other than "version" as names', describe(name))
        _check_writable(f"losses[{name!r}]", loss)
    text = written({name: loss.to_config() for name, loss in losses.items()}).encode()
    with open(path, "wb") as stream:  # noqa: PTH123, as pathlib would slow every import down
        stream.write(text)


def _check_writable(key: str, loss: Any) -> None:
    if not isinstance(loss, Composable):
        hint = f"; write {loss.__name__}()" if isinstance(loss, type) and issubclass(loss, Composable) else ""
        fail(DTypeError, "dump", key, "be a loss object or a composition", describe(loss) + hint)
    for _, each in loss.pairs():
        name = type(each).__name__
        if name not in CLASSES or getattr(ours, name) is not type(each):
            fail(OptionError, "dump", key, "consist of losses of array_losses, which alone can be read back", name)
