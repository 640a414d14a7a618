"""The plots of ratios over sizes: means over the losses, small enough to be committed, and a panel a loss."""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import Any

from .figures import additive

STYLE = {
    ("numpy", "eager", "numpy"): ("#7a7a7a", "-", "NumPy against the naive formula"),
    ("torch", "eager", "torch"): ("#d1495b", "-", "torch eager"),
    ("torch", "compiled", "torch"): ("#d1495b", ":", "torch compiled"),
    ("jax", "eager", "optax"): ("#30638e", "-", "JAX eager"),
    ("jax", "jit", "optax"): ("#30638e", ":", "JAX under jit"),
    ("numpy", "eager", "torch"): ("#e1a500", "-", "NumPy against torch"),
    ("cupy", "eager", "numpy"): ("#7a7a7a", "-", "CuPy against the naive formula"),
}
WIDE = 4


def plot(results: dict[str, Any], folder: Path) -> list[Path]:
    """Draw forward + backward where there is one, else forward."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    rows = [row for row in additive(results["rows"]) if (row["library"], row["mode"], row["against"]) in STYLE]
    names = list(dict.fromkeys((row["loss"], row["variant"]) for row in rows))
    if not names:
        return []
    high = ceil(len(names) / WIDE)
    figure, panels = plt.subplots(high, WIDE, figsize=(12, 0.8 + 2.2 * high), sharex=True, sharey=True, squeeze=False)
    for panel in panels.flat[len(names) :]:
        panel.set_visible(False)
    for name, panel in zip(names, panels.flat, strict=False):
        draw(panel, name, [row for row in rows if (row["loss"], row["variant"]) == name])
    drawn = [line for panel in panels.flat for line in panel.get_lines() if not line.get_label().startswith("_")]
    lines = {line.get_label(): line for line in drawn}
    figure.legend(lines.values(), lines.keys(), loc="lower center", ncols=len(lines), frameon=False, fontsize=8)
    figure.supylabel("our time / theirs", fontsize=9)
    foot = 0.5 / (0.8 + 2.2 * high)
    said = "elements (forward + backward; NumPy against the naive formula: forward)"
    figure.supxlabel(said, fontsize=9, y=1.2 * foot)
    figure.tight_layout(rect=(0, foot, 1, 1))
    path = folder / "losses.png"
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return [path]


def plot_of_means(summary: dict[str, Any], folder: Path) -> list[Path]:
    """Draw the geometric means over the losses, in a band from the best loss to the worst: a panel a library."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    groups = [each for each in summary["groups"] if (each["library"], each["mode"], each["against"]) in STYLE]
    if not groups:
        return []
    keys = [key for key in STYLE if any((each["library"], each["mode"], each["against"]) == key for each in groups)]
    high = ceil(len(keys) / WIDE)
    figure, panels = plt.subplots(high, WIDE, figsize=(12, 3 * high), sharex=True, sharey=True, squeeze=False)
    for panel in panels.flat[len(keys) :]:
        panel.set_visible(False)
    for key, panel in zip(keys, panels.flat, strict=False):
        colour, _, label = STYLE[key]
        panel.axhline(1, color="black", linewidth=0.6)
        panel.set(xscale="log", yscale="log")
        panel.set_title(label, fontsize=9)
        for group in groups:
            if (group["library"], group["mode"], group["against"]) == key:
                draw_means(panel, group, colour)
        panel.legend(fontsize=7, frameon=False)
    figure.supylabel("our time / theirs", fontsize=9)
    figure.supxlabel("elements", fontsize=9)
    figure.tight_layout()
    paths = [folder / "plot.svg", folder / "plot.png"]
    with mpl.rc_context({"svg.hashsalt": "array_losses", "svg.fonttype": "none"}):
        for path in paths:
            figure.savefig(path, dpi=110, metadata={"Date": None} if path.suffix == ".svg" else None)
    plt.close(figure)
    return paths


def draw_means(panel: Any, group: dict[str, Any], colour: str) -> None:
    x, mean, best, worst = ([each[key] for each in group["sizes"]] for key in ("elements", "mean", "best", "worst"))
    stroke = ":" if group["what"] == "forward" else "-"
    panel.plot(x, mean, color=colour, linestyle=stroke, linewidth=1.2, label=group["what"])
    panel.fill_between(x, best, worst, color=colour, alpha=0.1, linewidth=0)


def draw(panel: Any, name: tuple[str, str], rows: list[dict[str, Any]]) -> None:
    """One loss."""
    panel.axhline(1, color="black", linewidth=0.6)
    for key, (colour, stroke, label) in STYLE.items():
        mine = [row for row in rows if (row["library"], row["mode"], row["against"]) == key]
        what = "forward+backward" if any(row["what"] == "forward+backward" for row in mine) else "forward"
        points = sorted((row["size"], row["ratio"][1]) for row in mine if row["what"] == what)
        if points:
            look = {"color": colour, "linestyle": stroke, "linewidth": 1.2, "marker": ".", "markersize": 4}
            panel.plot(*zip(*points, strict=True), label=label, **look)
    panel.set(xscale="log", yscale="log")
    panel.set_title(" ".join(name).strip(), fontsize=8)
    panel.tick_params(labelsize=7)
    panel.spines[["top", "right"]].set_visible(False)
