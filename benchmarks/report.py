"""Results on paper: JSON, a plot, and the README's table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .figures import additive, geometric_mean, groups, memory, power, ratio, time

SCHEMA = 1


def write(results: dict[str, Any], folder: Path) -> list[Path]:
    """Write `results.json` and the plot, as SVG and PNG."""
    from .plot import plot

    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "results.json"
    rows = {key: [json.dumps(row, ensure_ascii=False) for row in results[key]] for key in ("rows", "natives")}
    head = json.dumps({key: value for key, value in results.items() if key not in rows}, indent=1, ensure_ascii=False)
    lists = ",\n".join(f' "{key}": [\n  ' + ",\n  ".join(each) + "\n ]" for key, each in rows.items())
    data.write_text(f"{head[:-2]},\n{lists}\n}}\n")  # a row a line
    return [data, *plot(results, folder)]


def read(path: Path) -> dict[str, Any]:
    results = json.loads(path.read_text())
    if results.get("schema") != SCHEMA:
        raise ValueError(f"{path}: results of another version; run the benchmarks again")
    return results


def summary(results: dict[str, Any]) -> str:
    """The README's speed table, in Markdown."""
    rows, machine = results["rows"], results["machine"]
    shown = sorted({row["size"] for row in additive(rows)})
    heads = [f"{power(size)} elements" for size in shown]
    lines = [f"| on | against | what | {' | '.join(heads)} | the worst at {heads[-1]} |" if heads else ""]
    lines.append("|" + "---|" * (len(shown) + 4))
    for (library, mode, against, what), sizes in groups(rows).items():
        worst = max(sizes[max(sizes)], key=ratio)
        means = [f"{geometric_mean(map(ratio, sizes[size])):.2f}" if size in sizes else "" for size in shown]
        lines.append(
            f"| {library} {mode} | {against} | {what} | {' | '.join(means)} | {ratio(worst):.2f} `{worst['loss']}` |"
        )
    facts = (
        "Our time over theirs (below 1 is faster), geometric means over the losses. Float32, "
        f"{machine['gpu'] or machine['processor']}, {machine['cores']} cores."
    )
    return "\n".join([facts, "", *lines, *head_lines(rows), *memory_lines(rows)])


def head_lines(rows: list[dict[str, Any]]) -> list[str]:
    """Linear cross-entropy, which has no sizes to compare over."""
    found = [row for row in rows if row["loss"] == "linear_cross_entropy" and row["what"] != "forward"]
    found = [row for row in found if row["ratio"] and row["library"] == row_library(row)]
    if not found:
        return []
    tokens = found[0]["size"] // 32_000
    lines = ["", f"`linear_cross_entropy`, forward and backward, {tokens} tokens of 32000 classes:", ""]
    lines += ["| on | against | ratio | time | memory, ours / theirs |", "|---|---|---|---|---|"]
    for row in found:
        ours, theirs = map(memory, row["memory"])
        lines.append(
            f"| {row['library']} {row['mode']} | {row['peer']} | **{ratio(row):.2f}** | {time(row['ours'][1])} | "
            f"{ours} / {theirs} |"
        )
    return lines


def row_library(row: dict[str, Any]) -> str:
    """The library of a peer's own arrays."""
    return {"torch": "torch", "optax": "jax"}.get(row["against"], row["library"])


def memory_lines(rows: list[dict[str, Any]]) -> list[str]:
    """The most that a loss takes beyond its inputs."""
    found = [
        row for row in additive(rows) if row["memory"][0] is not None and row["against"] not in ("keras", "sklearn")
    ]
    if not found:
        return []
    lines = [
        "",
        "Most memory beyond the inputs, over the losses:",
        "",
        "| on | against | what | elements | ours | theirs | in |",
        "|---|---|---|---|---|---|---|",
    ]
    for (library, mode, against, what), sizes in groups(found).items():
        each = sizes[max(sizes)]
        most = max(each, key=lambda row: row["memory"][0])
        ours, theirs = map(memory, most["memory"])
        lines.append(
            f"| {library} {mode} | {against} | {what} | {power(max(sizes))} | {ours} | {theirs} | `{most['loss']}` |"
        )
    return lines
