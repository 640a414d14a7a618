"""A report as text, from its plain data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Paint = Callable[[str, str], str]
"""Text in a colour: (text, what it is) to text."""


def plain(text: str, _: str) -> str:
    return text


def text(data: dict[str, Any], paint: Paint = plain) -> str:
    """The report, for people."""
    blocks = [
        [headline(data, paint)],
        causes(data, paint),
        arrays(data, paint),
        terms(data, paint),
        gradient(data, paint),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def headline(data: dict[str, Any], paint: Paint) -> str:
    value, error = data["value"], data["error"]
    shown = "no value" if value is None else number(value)
    kind = "bad" if value is None or isinstance(value, str) else "good"
    line = f"{data['loss']}: {paint(shown, kind)}" + f' (reduction="{data["reduction"]}")' * (
        data["reduction"] != "mean"
    )
    return f"{line}\n{paint('error', 'bad')}  {error}" if error else line


def causes(data: dict[str, Any], paint: Paint) -> list[str]:
    lines = []
    for each in data["causes"]:
        kind = "bad" if each["sure"] else "doubt"
        lines.append(f"{'cause' if each['sure'] else 'maybe'}  {paint(each['name'], kind)}")
        lines += [f"       {each['seen']}", f"       {paint('->', 'dim')} {each['remedy']}"]
    if lines:
        return lines
    failed = data["error"] or not isinstance(data["value"], float | int)
    return [paint(*(("no known cause; what was seen follows", "doubt") if failed else ("nothing looks wrong", "good")))]


def arrays(data: dict[str, Any], paint: Paint) -> list[str]:
    rows = [
        (
            each["name"],
            shape(each["shape"]),
            " ".join(filter(None, (each["dtype"], each["origin"]))),
            span(each["range"]),
        )
        for each in data["arrays"]
    ]
    lines = [paint("arrays", "head")]
    for cells, each in zip(columns(rows), data["arrays"], strict=True):
        remarks = [remark(each[key], word) for key, word in (("nan", "NaN"), ("inf", "inf"))]
        remarks.append(remark(each["outside"], f"outside {each['allowed'] or 'what is allowed'}"))
        bad = paint("; ".join(filter(None, remarks)), "bad") if any(remarks) else ""
        lines.append(f"  {cells}  {bad}".rstrip())
    return lines if rows else []


def remark(found: dict[str, Any], word: str) -> str:
    first = f", first at {position(found['first'][0])}" if found["first"] and found["first"][0] else ""
    return f"{found['count']} {word}{first}" if found["count"] else ""


def terms(data: dict[str, Any], paint: Paint) -> list[str]:
    lines = []
    for each in data["terms"]:
        named = len(data["terms"]) > 1
        if named:
            lines.append(f"{paint('term', 'head')}  {each['factor']:g} * {each['loss']}: {number(each['value'])}")
        if each["positions"]:
            lines.append(f"{paint('counts', 'head')}  {counted(each)}")
        for part in each["parts"]:
            by = f", divided by {part['divided_by']}: {number(part['divisor'])}" if part["divided_by"] else ", added up"
            called = f"{part['loss']} {number(part['value'])}: " if len(each["parts"]) > 1 else ""
            lines.append(f"  {called}{part['counted']} losses of shape {shape(part['shape'])}{by}")
            lines += [f"    {cost(one)}" for one in part["costs"]]
    return lines


def counted(each: dict[str, Any]) -> str:
    left = [f"{each[key]} {key}" for key in ("masked", "ignored") if each[key]]
    return f"{each['positions']} positions" + (f", {', '.join(left)}" if left else ", all of them count")


def cost(one: dict[str, Any]) -> str:
    beside = ", ".join(f"{name} {number(value)}" for name, value in one["values"].items())
    return f"{number(one['loss'])} at {position(one['position'])}" + (f"  ({beside})" if beside else "")


def gradient(data: dict[str, Any], paint: Paint) -> list[str]:
    rows = [(each["name"], span(each["range"])) for each in data["gradient"]]
    lines = [paint("gradient", "head")]
    for cells, each in zip(columns(rows), data["gradient"], strict=True):
        remarks = [remark(each[key], word) for key, word in (("nan", "NaN"), ("inf", "inf"))]
        bad = paint("; ".join(filter(None, remarks)), "bad") if any(remarks) else ""
        zeros = f"{each['zeros']} of {each['size']} are 0" if each["zeros"] else ""
        lines.append("  " + "  ".join(filter(None, (cells, bad, zeros))))
    return lines if rows else []


def columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows of cells, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def shape(sizes: list[int]) -> str:
    return f"({', '.join(map(str, sizes))}{',' * (len(sizes) == 1)})"


def position(index: list[int]) -> str:
    return f"({', '.join(map(str, index))})"


def span(ends: list[Any] | None) -> str:
    if ends is None:
        return "nothing finite that counts"
    return number(ends[0]) if ends[0] == ends[1] else f"{number(ends[0])} to {number(ends[1])}"


def number(x: Any) -> str:
    return f"{x:.4g}" if isinstance(x, float) else str(x)
