"""The reading of losses from plain data: every problem is kept, with its place, so that all of them can be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from .. import losses
from ..catalog import CLASSES
from ..composable import CONFIG_VERSION, checked_factor, composed
from ..errors import ArrayLossesError, OptionError, closest, describe
from ..objects import Loss
from ..schedules import Schedule

Place = tuple[str | int, ...]
KEYS = ("loss", "options", "none")
SCHEDULE = ("steps", "values")
A_TABLE = "be a table that describes a loss"


class Problem(NamedTuple):
    """What is wrong at one place of what was read."""

    kind: type[ArrayLossesError]
    """The class of the error that says so."""
    place: Place
    """The keys and numbers that lead there."""
    text: str

    def error(self, where: str) -> ArrayLossesError:
        """The error, which begins with what was read."""
        return self.kind(f"{where}: {self.text}")


class Reader:
    """Makes losses of tables; what is wrong goes to `problems`, and the rest is read on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, place: Place, expected: str, got: str, kind: type[ArrayLossesError] = OptionError) -> None:
        self.problems.append(Problem(kind, place, f"`{spelled(place)}` must {expected}, got {got}"))

    def described(self, data: object) -> Any:
        """The loss or composition of a table; None where something is wrong."""
        if not isinstance(data, dict):
            self.refuse(("data",), A_TABLE, describe(data))
            return None
        self.version(data)
        if "sum" not in data:
            return self.loss((), {key: value for key, value in data.items() if key != "version"})
        self.only((), data, ("version", "sum"))
        terms = data["sum"]
        if not isinstance(terms, list | tuple) or not terms:
            got = "an empty list" if isinstance(terms, list | tuple) else describe(terms)
            self.refuse(("sum",), "be a list of tables, one at least", got)
            return None
        made = [self.term(("sum", i), each) for i, each in enumerate(terms)]
        return None if None in made else composed(tuple(made))  # type: ignore[arg-type]

    def term(self, place: Place, data: object) -> tuple[Any, Loss] | None:
        """A term of a sum: its factor and its loss."""
        if not isinstance(data, dict):
            self.refuse(place, A_TABLE, describe(data))
            return None
        scale = self.scale((*place, "scale"), data.get("scale", 1.0))
        loss = self.loss(place, {name: value for name, value in data.items() if name != "scale"}, ("scale",))
        return None if scale is None or loss is None else (scale, loss)

    def scale(self, place: Place, data: Any) -> float | Schedule | None:
        """The factor of a term: a number, or a schedule."""
        if isinstance(data, dict):
            return self.schedule(place, data)
        try:
            return checked_factor("", spelled(place), data)
        except ArrayLossesError as error:
            self.problems.append(Problem(type(error), place, str(error).removeprefix(": ")))
        return None

    def schedule(self, place: Place, data: dict[str, Any]) -> Schedule | None:
        before = len(self.problems)
        self.only(place, data, SCHEDULE)
        for key in SCHEDULE:
            if key not in data and not _misspelt(key, data, SCHEDULE):
                self.refuse((*place, key), "be a list of numbers", "nothing")
        if len(self.problems) > before:
            return None
        try:
            return Schedule(**data)
        except ArrayLossesError as error:
            self.in_place(error, {key: (*place, key) for key in data})
        return None

    def loss(self, place: Place, data: dict[str, Any], others: tuple[str, ...] = ()) -> Loss | None:
        """The loss of a table, which may have `others` among its keys too."""
        self.only(place, data, KEYS, others, options_of(data.get("loss")))
        name = self.name((*place, "loss"), data)
        options = self.options((*place, "options"), data.get("options", {}))
        off = self.off((*place, "none"), data.get("none", []), options or {})
        return None if name is None or options is None or off is None else self.made(place, name, options, off)

    def name(self, place: Place, data: dict[str, Any]) -> str | None:
        name = data.get("loss")
        if isinstance(name, str) and name in CLASSES:
            return name
        if "loss" not in data and _misspelt("loss", data, KEYS):
            return None
        close = closest(name, CLASSES) if isinstance(name, str) else ""
        expected = "be the class name of a loss" + (f" (did you mean `{close}`?)" if close else "")
        self.refuse(place, expected, describe(name) if "loss" in data else "nothing")
        return None

    def options(self, place: Place, data: object) -> dict[str, Any] | None:
        if isinstance(data, dict) and all(isinstance(key, str) for key in data):
            return data
        self.refuse(place, "be a table of options by name", describe(data))
        return None

    def off(self, place: Place, data: object, options: Mapping[str, Any]) -> dict[str, Place] | None:
        """The options that are None, each with its place."""
        if not isinstance(data, list | tuple):
            self.refuse(place, "be a list of names of options", describe(data))
            return None
        found: dict[str, Place] = {}
        for i, key in enumerate(data):
            if not isinstance(key, str) or key in options or key in found:
                self.refuse((*place, i), "be the name of an option that is given nowhere else", describe(key))
            else:
                found[key] = (*place, i)
        return found

    def made(self, place: Place, name: str, options: dict[str, Any], off: dict[str, Place]) -> Loss | None:
        """The loss; an option that its class refuses is taken out, so that the others are tried too."""
        given = {**options, **dict.fromkeys(off)}
        places = {key: (*place, "options", key) for key in options} | off
        before = len(self.problems)
        while True:
            try:
                loss: Loss = getattr(losses, name)(**given)
            except ArrayLossesError as error:
                key = self.in_place(error, places, (*place, "options"))
                if key in given:
                    del given[key]
                    continue
                return None
            return loss if len(self.problems) == before else None

    def in_place(self, error: ArrayLossesError, places: Mapping[str, Place], otherwise: Place = ()) -> str:
        """Keep an error of a class, ``FocalLoss: `gamma` must ...``, under the place of the option it names."""
        _, _, text = str(error).partition(": ")
        key = text.split("`")[1]
        place = places.get(key, (*otherwise, key))
        shown = f"`{spelled(place)}` ({key})" if isinstance(place[-1], int) else f"`{spelled(place)}`"
        self.problems.append(Problem(type(error), place, text.replace(f"`{key}`", shown, 1)))
        return key

    def version(self, data: Mapping[str, object]) -> None:
        version = data.get("version", CONFIG_VERSION)
        if type(version) is not int or version != CONFIG_VERSION:
            newer = " (of a newer array_losses)" if type(version) is int and version > CONFIG_VERSION else ""
            self.refuse(("version",), f"be {CONFIG_VERSION}", describe(version) + newer)

    def only(
        self, place: Place, data: Mapping[str, object], known: tuple[str, ...], others: tuple[str, ...] = (),
        options: Collection[str] = (),
    ) -> None:  # fmt: skip
        """Refuse unknown keys, among them the `options` of a loss, which stand in a table of their own."""
        for key in data:
            if key not in known:
                close = closest(str(key), (*known, *others))
                hint = f"did you mean `{close}`?" if close else f"it takes {', '.join((*others, *known))}"
                here = (*place, key)
                hint = f"write `{spelled((*place, 'options', key))}`" if key in options else hint
                self.problems.append(Problem(OptionError, here, f"unknown key `{spelled(here)}`; {hint}"))


def options_of(name: object) -> Collection[str]:
    """The names of the options of a loss class; none of what is no name of one."""
    return getattr(losses, name).__signature__.parameters if isinstance(name, str) and name in CLASSES else ()


def _misspelt(key: str, data: Mapping[str, object], known: tuple[str, ...]) -> bool:
    """Whether an unknown key of a table is nearly this one: that is a problem of its own."""
    return any(closest(str(each), known) == key for each in data if each not in known)


def spelled(place: Place) -> str:
    """A place in the words of a file: ``sum[1].options.gamma``."""
    text = "".join(f"[{each}]" if isinstance(each, int) and i else f".{each}" for i, each in enumerate(place))
    return text.removeprefix(".")
