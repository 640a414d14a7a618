"""What an older report did better."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

Report = dict[str, Any]
Key = tuple[str, str, str]
"""Loss, check, backend."""

GROWTH = 2.0
"""An error that grew to at most this many times the old one is the same error."""
UNITS = 0.5
"""Nor does one matter that grew by at most this many ULP, or by an eighth of its limit in a unit of another size."""


def compare(old: Report, new: Report) -> list[str]:
    """What passed before and fails now, what is compared no more or less often, and errors that grew: a line each."""
    before, after = indexed(old), indexed(new)
    if gone := {key[2] for key in before} - {key[2] for key in after}:  # without them, the others have fewer partners
        before = {key: each for key, each in before.items() if key[2] in gone or not key[1].endswith("pairwise")}
    changed = versions(old, new)
    lost = [key for key, each in before.items() if each["comparisons"] and not after.get(key, NOTHING)["comparisons"]]
    whole, single = grouped(lost, before, after)
    found = [f"{what}: compared before, not now" for what in whole]
    for key, was in before.items():
        text = "compared before, not now" if key in single else worse(was, after.get(key, NOTHING))
        if text:
            loss, check, backend = key
            found.append(f"{loss}, {check} on {backend}: {text}{words(changed, backend)}")
    profiles = (old["profile"], new["profile"])
    return found + fewer(before, after, profiles, changed)


NOTHING = {"comparisons": 0, "status": "nothing"}


def indexed(report: Report) -> dict[Key, Any]:
    return {(each["loss"], each["check"], each["backend"]): each for each in report["outcomes"]}


def worse(was: Any, now: Any) -> str:
    """How one outcome got worse; empty if it did not. A known deviation is none."""
    if not was["comparisons"] or not now["comparisons"]:
        return ""
    if now["status"] == "failed" and was["status"] != "failed":
        return f"{'passed' if was['status'] == 'passed' else 'known deviations only'} before, fails now"
    room = UNITS if was["unit"] == "ULP" else was["limit"] / 8
    if now["worst"] > GROWTH * was["worst"] and now["worst"] > was["worst"] + room:
        return f"worst error {was['worst']:.3g} before, {now['worst']:.3g} {now['unit']} now, at {now['at']}"
    return ""


def grouped(lost: list[Key], before: dict[Key, Any], after: dict[Key, Any]) -> tuple[list[str], set[Key]]:
    """Backends, losses and checks of which nothing is compared any more, and what is lost beside them."""
    whole, single = [], set(lost)
    for place, kind in ((2, "backend"), (0, "loss"), (1, "check")):
        kept = {key[place] for key, each in after.items() if each["comparisons"]}
        gone = dict.fromkeys(key[place] for key in before if key in single and key[place] not in kept)
        whole += [f"{kind} {name}" for name in gone]
        single = {key for key in single if key[place] not in gone}
    return whole, single


def fewer(
    before: dict[Key, Any], after: dict[Key, Any], profiles: tuple[str, str], changed: dict[str, str]
) -> list[str]:
    """Where less is compared than before: a line for each check and backend; one for all where that was asked for."""
    counts: dict[tuple[str, str], list[tuple[str, int, int]]] = defaultdict(list)
    for (loss, check, backend), was in before.items():
        now = after.get((loss, check, backend), NOTHING)
        if 0 < now["comparisons"] < was["comparisons"]:
            counts[check, backend].append((loss, was["comparisons"], now["comparisons"]))
    if counts and profiles[0] != profiles[1]:
        everything = [each for found in counts.values() for each in found]
        return [f"profile {profiles[0]} before, {profiles[1]} now: {total(everything)}"]
    return [
        f"{', '.join(each[0] for each in found)}, {check} on {backend}: {total(found)}{words(changed, backend)}"
        for (check, backend), found in counts.items()
    ]


def total(found: list[tuple[str, int, int]]) -> str:
    return f"{sum(each[1] for each in found)} comparisons before, {sum(each[2] for each in found)} now"


def words(changed: dict[str, str], backend: str) -> str:
    """The versions that changed beneath a backend, to end a line with."""
    return changed.get(backend, changed[""])


def versions(old: Report, new: Report) -> dict[str, str]:
    """What changed beneath each backend, as words to add to a line; under "" what changed beneath all."""
    pairs = [(f"{name} {was}", new["libraries"].get(name, "none")) for name, was in old["libraries"].items()]
    pairs.append((f"Python {old['machine']['python']}", new["machine"]["python"]))
    common = [f"{was} → {now}" for was, now in pairs if now != was.rpartition(" ")[2]]
    now = {each["name"]: each["version"] for each in new["backends"]}
    found = {"": f" ({', '.join(common)})" if common else ""}
    for each in old["backends"]:
        name, was = each["name"], each["version"]
        if now.get(name, was) != was:
            found[name] = f" ({', '.join([f'{name} {was} → {now[name]}', *common])})"
    return found
