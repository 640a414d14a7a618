"""The report of a run: JSON, one HTML page, what an older report did better, and a table for the README."""

from .describe import INFINITE, describe
from .files import read, write
from .page import page
from .regressions import compare
from .summary import summarize
from .support import support_table

__all__ = ["INFINITE", "compare", "describe", "page", "read", "summarize", "support_table", "write"]
