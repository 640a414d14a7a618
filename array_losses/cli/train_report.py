"""The report of `demo --train`: the table, the verdict and the picture of the loss curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .train import Model, Run

    Results = dict[Model, list[Run]]
"""The runs of each model, NumPy's first."""

ALLOWED = 1e-8
"""The largest difference allowed between a loss of NumPy's curve and that of another library, both in float64."""
HEAD = ("library", "first loss", "last loss", "held-out accuracy", "seconds", "largest difference")
WIDE, GREY, COLOURS = "#c9ced6", "#6b7280", ("#d62728", "#1f5fd6", "#f2a900", "#12805c", "#8e44ad", "#0891b2")
"""The colours of NumPy's line, of remarks, and of the dashes on NumPy's line."""
DASH = 3
"""The length of a dash, in widths of its line."""


def differences(run: Run, other: Run) -> Any:
    """The differences of two loss curves, at each step."""
    return np.abs(np.subtract(run.losses, other.losses))


def apart(run: Run, other: Run) -> float:
    """The largest difference of two loss curves; infinite where one holds no number."""
    most = float(np.max(differences(run, other)))
    return most if np.isfinite(most) else float("inf")


def verdict(run: Run, numpy: Run) -> str:
    """The trouble with a run in words; "" where there is none."""
    if run.trouble or numpy.trouble or apart(run, numpy) <= ALLOWED:
        return run.trouble
    return f"the loss curve differs from that of NumPy by {apart(run, numpy):.2g}, {ALLOWED:.0e} is allowed"


# --- in words -------------------------------------------------------------------------------------------------------


def show(results: Results) -> None:
    """Print a table for each model."""
    from rich.console import Console

    width = max(len(run.library) for runs in results.values() for run in runs)
    console = Console(highlight=False)
    console.width = max(console.width, width + 6 * 16)  # too wide is better than cut
    for model, runs in results.items():
        console.print(f"\n[bold]{model.title}[/]  [dim]{model.loss!r}, float64, {len(runs[0].losses)} steps[/]")
        console.print(table(runs, width))


def table(runs: list[Run], width: int) -> Any:
    """The table of the runs, one on each line."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 0, 0, 1), header_style="dim")
    for name in HEAD:
        first = name == HEAD[0]
        made.add_column(
            name, min_width=max(len(name), width if first else 14), no_wrap=True, justify="left" if first else "right"
        )
    for run in runs:
        if run.trouble or runs[0].trouble:
            made.add_row(run.library, *"-----")
            continue
        most = "-" if run is runs[0] else f"{apart(run, runs[0]):.2g}"
        colour = "bold red" if verdict(run, runs[0]) else "green"
        ends = (f"{run.losses[end]:.12f}" for end in (0, -1))
        made.add_row(run.library, *ends, f"{run.accuracy:.2%}", f"{run.seconds:.2f}", f"[{colour}]{most}")
    return made


def judge(untested: list[str], results: Results) -> int:
    """Say in words what the tables show; the exit code."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, soft_wrap=True)
    pairs = [(model, run, runs[0]) for model, runs in results.items() for run in runs]
    wrong = [
        f"{model.title}, {run.library}: {verdict(run, first)}" for model, run, first in pairs if verdict(run, first)
    ]
    console.print()
    for line in untested:
        console.print(line, style="yellow")
    for line in wrong:
        console.print(f"FAILED {line}", style="bold red")
    if wrong:
        return 1
    names = list(dict.fromkeys(run.library for _, run, _ in pairs))
    if len(names) == 1:
        console.print(f"{len(results)} models trained on {names[0]}; no other library to compare with.")
    else:
        most = max(apart(run, first) for _, run, first in pairs)
        agree = f"{len(results)} models trained on {', '.join(names)}: the loss curves lie on each other, "
        console.print(f"{agree}at most {most:.2g} apart ({ALLOWED:.0e} allowed).", style="green")
    return 0


# --- as a picture ---------------------------------------------------------------------------------------------------


def draw(results: Results, path: str) -> None:
    """Write the picture: a column for each model, its loss above, the differences to NumPy below."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6 * len(results), 6.4), dpi=150, layout="constrained")
    axes = figure.subplots(2, len(results), sharex=True, sharey="row", height_ratios=(3, 1), squeeze=False)
    for (model, runs), (above, below) in zip(results.items(), axes.T, strict=True):
        drawn = [] if runs[0].trouble else [run for run in runs if not run.trouble]
        curves(above, drawn)
        strip(below, drawn)
        above.set_title(f"{model.title}\n{model.loss!r}", fontsize=11)
        below.set_xlabel("step of gradient descent")
    axes[0, 0].set_ylabel("loss of the mini-batch")
    axes[1, 0].set_ylabel("difference\nto NumPy")
    figure.suptitle(
        "Same model, same start, same loss object: the loss curve on every library", fontsize=14, weight="bold"
    )
    figure.savefig(path)


def curves(axis: Any, runs: list[Run]) -> None:
    """NumPy as a wide line; the others as dashes on it that leave room for one another."""
    for place, run in enumerate(runs):
        if place == 0:
            axis.plot(run.losses, color=WIDE, linewidth=8, solid_capstyle="round", label=run.library)
            continue
        pattern = (place * DASH, (DASH, DASH * max(len(runs) - 2, 1)))
        axis.plot(run.losses, color=colour(place), linewidth=2.2, linestyle=pattern, label=run.library)
    axis.grid(alpha=0.25)
    if runs:
        axis.legend(frameon=False, handlelength=5)


def strip(axis: Any, runs: list[Run]) -> None:
    """The differences, dot by dot, below the line that they must not cross."""
    axis.set_yscale("symlog", linthresh=1e-16)
    axis.axhline(ALLOWED, color=GREY, linestyle=":")
    axis.text(0, ALLOWED / 8, "allowed", color=GREY, fontsize=9, va="top")
    if len(runs) < 2:
        axis.set_ylim(top=30 * ALLOWED)
        axis.text(0.5, 0.4, "nothing to compare with", color=GREY, ha="center", transform=axis.transAxes)
    for place, run in enumerate(runs[1:], 1):
        axis.plot(differences(run, runs[0]), ".", color=colour(place), markersize=3)
    axis.set_ylim(bottom=-2e-17)
    axis.set_yticks([0, 1e-16, 1e-12, 1e-8])
    axis.grid(alpha=0.25)


def colour(place: int) -> str:
    return COLOURS[(place - 1) % len(COLOURS)]
