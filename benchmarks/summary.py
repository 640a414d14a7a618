"""The few numbers of a run that are committed: means and extremes over the losses, however many these are."""

from __future__ import annotations

from typing import Any

from .figures import geometric_mean, groups, ratio

SCHEMA = 1


def summarize(results: dict[str, Any]) -> dict[str, Any]:
    """Results without their rows."""
    rows = results["rows"]
    remembered = [row for row in rows if row["memory"][0] is not None and row["against"] not in ("keras", "sklearn")]
    memories = {key: most_memory(sizes[max(sizes)]) for key, sizes in groups(remembered).items()}
    found = []
    for key, sizes in groups(rows).items():
        library, mode, against, what = key
        each = [of_size(size, sizes[size]) for size in sorted(sizes)]
        found.append(
            {
                "library": library,
                "mode": mode,
                "against": against,
                "what": what,
                "sizes": each,
                "memory": memories.get(key),
            }
        )
    heads = [of_head(row) for row in rows if is_head(row)]
    return {"schema": SCHEMA, "machine": results["machine"], "groups": found, "heads": heads}


def of_size(elements: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The mean of the ratios, the smallest and the largest, and the loss of that."""
    worst = max(rows, key=ratio)
    return {
        "elements": elements,
        "losses": len(rows),
        "mean": float(f"{geometric_mean(map(ratio, rows)):.6g}"),
        "best": min(map(ratio, rows)),
        "worst": ratio(worst),
        "loss": worst["loss"],
    }


def most_memory(rows: list[dict[str, Any]]) -> dict[str, Any]:
    most = max(rows, key=lambda row: row["memory"][0])
    ours, theirs = most["memory"]
    return {"elements": most["size"], "ours": ours, "theirs": theirs, "loss": most["loss"]}


def is_head(row: dict[str, Any]) -> bool:
    """Whether a row is of linear cross-entropy with its gradient, on the library of the peer's own arrays."""
    own = {"torch": "torch", "optax": "jax"}.get(row["against"], row["library"])
    head = row["loss"] == "linear_cross_entropy" and row["what"] != "forward"
    return bool(head and row["ratio"] and row["library"] == own)


def of_head(row: dict[str, Any]) -> dict[str, Any]:
    kept = {key: row[key] for key in ("library", "mode", "peer", "size", "memory")}
    return {**kept, "ratio": ratio(row), "time": row["ours"][1]}
