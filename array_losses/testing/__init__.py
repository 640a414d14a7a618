"""The conformance suite, for losses and libraries of your own: `python -m array_losses.testing --help`.

In a checkout its modules lie in the folder `conformance`; in an installed wheel that folder has the place of this one.
"""

from pathlib import Path

__path__ = [str(Path(__file__).resolve().parents[2] / "conformance")]
