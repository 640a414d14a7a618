"""A table of what was measured on torch, a line for each loss: the ratios and tails of both modes, and the means."""

from __future__ import annotations

from typing import Any

from .figures import Row, geometric_mean, power, ratio

COLUMNS = [(mode, what) for mode in ("eager", "compiled") for what in ("forward", "forward+backward")]
HEADS = ["eager, forward", "eager, gradient", "compiled, forward", "compiled, gradient"]
MEANS = {"geometric mean, of F.*": True, "geometric mean, of what users write": False}
"""The last lines, and whether they are of peers that torch has itself."""


def by_loss(results: dict[str, Any]) -> str:
    """The table; in its cells our time over theirs, and the tails of both."""
    rows: dict[tuple[str, str, str], dict[tuple[str, str], Row]] = {}
    for row in results["rows"]:
        if row["library"] == "torch" and row["ratio"]:
            key = f"{row['loss']} {row['variant'] or ''}".strip(), power(row["size"]), row["peer"]
            rows.setdefault(key, {})[row["mode"], row["what"]] = row
    machine = results["machine"]
    lines = [
        "Our time over theirs, by medians; then the 95th percentiles, ours / theirs, over the medians.",
        f"torch, float32, {machine['processor']}, {machine['cores']} cores.",
        "",
        line("loss", "elements", HEADS, "against"),
    ]
    for (name, size, peer), found in rows.items():
        lines.append(line(name, size, [shown(found.get(each)) for each in COLUMNS], peer))
    for text, of_torch in MEANS.items():
        mine = [found for (_, _, peer), found in rows.items() if peer.startswith("F.") is of_torch]
        means = [geometric_mean(ratio(found[each]) for found in mine if each in found) for each in COLUMNS]
        lines.append(line(text, "", [f"{mean:.2f}{'':8}" for mean in means], ""))
    return "\n".join(lines)


def line(name: str, size: str, cells: list[str], peer: str) -> str:
    return f"{name:41}{size:>8}{''.join(f'{cell:>19}' for cell in cells)}  {peer}".rstrip()


def shown(row: Row | None) -> str:
    """A ratio and the tails beside it."""
    if row is None:
        return ""
    tail = "/".join(f"{each:.1f}" for each in row.get("tails") or ())
    return f"{ratio(row):.2f} {tail:>7}"
