"""The pictures of losses, drawn before the pages that show them: what is missing, or older than the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

import array_losses as al
from array_losses.catalog import TASKS

FOLDER = Path(__file__).resolve().parent.parent / "generated" / "pictures"
"""Of each loss, `NAME.svg`."""


def draw(_: Any, config: Config) -> None:
    """Draw the pictures that the option `pictures` asks for: all of them, or those of one task."""
    from array_losses.plotting.gallery import save

    if config.pictures not in ("all", *TASKS):
        raise ConfigError(f'pictures must be "all" or a task, {", ".join(TASKS)}, got "{config.pictures}"')
    FOLDER.mkdir(parents=True, exist_ok=True)
    changed = max(path.stat().st_mtime for path in Path(al.__file__).parent.rglob("*.py"))
    for record in al.catalog(None if config.pictures == "all" else config.pictures):
        path = FOLDER / f"{record.name}.svg"
        if not path.exists() or path.stat().st_mtime < changed:
            save(al.plot(record.cls), path)


def setup(app: Sphinx) -> dict[str, Any]:
    """Draw before the pages are written, which show what there is."""
    app.add_config_value("pictures", "all", "env", str)
    app.connect("config-inited", draw, priority=50)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
