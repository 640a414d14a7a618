"""A table of results with a line for each loss: the ratios and tails of both modes, and the means."""

from __future__ import annotations

from typing import Any

from .figures import Row, geometric_mean, ratio

COLUMNS = [(mode, what) for mode in ("eager", "compiled") for what in ("forward", "forward+backward")]
Key = tuple[str, str, int]


def by_loss(results: dict[str, Any], library: str) -> str:
    """The table of what was measured on a library."""
    rows: dict[Key, dict[tuple[str, str], Row]] = {}
    for row in results["rows"]:
        if row["library"] == library and row["ratio"]:
            key = f"{row['loss']} {row['variant'] or ''}".strip(), row["peer"], row["size"]
            rows.setdefault(key, {})[row["mode"], row["what"]] = row
    machine = results["machine"]
    sizes = ", ".join(map(str, sorted({size for _, _, size in rows})))
    head = f"Our time over theirs, by medians; then the 95th percentiles, ours / theirs, over the medians. {library}, "
    names = [f"{mode}, {'gradient' if '+' in what else what}" for mode, what in COLUMNS]
    lines = [
        f"{head}{sizes} elements, float32, {machine['processor']}, {machine['cores']} cores.",
        "",
        line("loss", names, "against"),
    ]
    lines += [line(name, [shown(found.get(each)) for each in COLUMNS], peer) for (name, peer, _), found in rows.items()]
    for text, known in (("geometric mean, of F.*", True), ("geometric mean, of what users write", False)):
        mine = [found for (_, peer, _), found in rows.items() if peer.startswith("F.") is known]
        means = [geometric_mean(ratio(found[each]) for found in mine if each in found) for each in COLUMNS]
        lines.append(line(text, [f"{mean:.2f}" + " " * 8 for mean in means], ""))
    return "\n".join(lines)


def line(name: str, cells: list[str], peer: str) -> str:
    return f"{name:41}{''.join(f'{cell:>19}' for cell in cells)}  {peer}".rstrip()


def shown(row: Row | None) -> str:
    """A ratio and the tails beside it."""
    if row is None:
        return ""
    tail = "/".join(f"{each:.1f}" for each in row.get("tails") or ())
    return f"{ratio(row):.2f} {tail:>7}"
