"""Results on paper: JSON, plots, and the README's table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .figures import memory, power, time
from .summary import SCHEMA, summarize


def write(results: dict[str, Any], folder: Path) -> list[Path]:
    """Write `results.json`, the plots, and `summary.json`, which is what the README and the first plot are made of."""
    from .plot import plot, plot_of_means

    folder.mkdir(parents=True, exist_ok=True)
    data, summary = folder / "results.json", summarize(results)
    rows = {key: [json.dumps(row, ensure_ascii=False) for row in results[key]] for key in ("rows", "natives")}
    head = json.dumps({key: value for key, value in results.items() if key not in rows}, indent=1, ensure_ascii=False)
    lists = ",\n".join(f' "{key}": [\n  ' + ",\n  ".join(each) + "\n ]" for key, each in rows.items())
    data.write_text(f"{head[:-2]},\n{lists}\n}}\n")  # a row a line
    return [data, write_summary(summary, folder), *plot_of_means(summary, folder), *plot(results, folder)]


def write_summary(summary: dict[str, Any], folder: Path) -> Path:
    path = folder / "summary.json"
    path.write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n")
    return path


def read(path: Path) -> dict[str, Any]:
    results = json.loads(path.read_text())
    if results.get("schema") != SCHEMA:
        raise ValueError(f"{path}: results of another version; run the benchmarks again")
    return results


def table(summary: dict[str, Any]) -> str:
    """The README's speed table, in Markdown."""
    groups, machine = summary["groups"], summary["machine"]
    shown = sorted({each["elements"] for group in groups for each in group["sizes"]})
    heads = [f"{power(size)} elements" for size in shown]
    lines = [f"| on | against | what | {' | '.join(heads)} | the worst at {heads[-1]} |" if heads else ""]
    lines.append("|" + "---|" * (len(shown) + 4))
    for group in groups:
        means = {each["elements"]: f"{each['mean']:.2f}" for each in group["sizes"]}
        cells = " | ".join(means.get(size, "-") for size in shown)
        worst = group["sizes"][-1]
        lines.append(f"| {place(group)} | {cells} | {worst['worst']:.2f} `{worst['loss']}` |")
    facts = (
        "Our time over theirs (below 1 is faster), geometric means over the losses and their options. Float32, "
        f"{machine['gpu'] or machine['processor']}, {machine['cores']} cores."
    )
    return "\n".join([facts, "", *lines, *head_lines(summary["heads"]), *memory_lines(groups)])


def place(group: dict[str, Any]) -> str:
    """The first three cells of a line."""
    return f"{group['library']} {group['mode']} | {group['against']} | {group['what']}"


def head_lines(found: list[dict[str, Any]]) -> list[str]:
    """Linear cross-entropy, which has no sizes to compare over."""
    if not found:
        return []
    tokens = found[0]["size"] // 32_000
    lines = ["", f"`linear_cross_entropy`, forward and backward, {tokens} tokens of 32000 classes:", ""]
    lines += ["| on | against | ratio | time | memory, ours / theirs |", "|---|---|---|---|---|"]
    for row in found:
        ours, theirs = map(memory, row["memory"])
        lines.append(
            f"| {row['library']} {row['mode']} | {row['peer']} | **{row['ratio']:.2f}** | {time(row['time'])} | "
            f"{ours} / {theirs} |"
        )
    return lines


def memory_lines(groups: list[dict[str, Any]]) -> list[str]:
    """The most that a loss takes beyond its inputs."""
    found = [group for group in groups if group["memory"]]
    if not found:
        return []
    lines = ["", "Most memory beyond the inputs, over the losses:", ""]
    lines += ["| on | against | what | elements | ours | theirs | in |", "|---|---|---|---|---|---|---|"]
    for group in found:
        most = group["memory"]
        ours, theirs = memory(most["ours"]), memory(most["theirs"])
        lines.append(f"| {place(group)} | {power(most['elements'])} | {ours} | {theirs} | `{most['loss']}` |")
    return lines
