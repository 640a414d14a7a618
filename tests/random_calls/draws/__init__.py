"""Where random calls come from."""

from .source import FromHypothesis, FromNumPy, Source
from .whole import LOSSES, draw_call

__all__ = ["LOSSES", "FromHypothesis", "FromNumPy", "Source", "draw_call"]
