"""The oracle: every loss in plain float64 NumPy, slow and obvious, written from the documentation alone.

It shares nothing with the package or with the references of the conformance suite, so that a mistake has to be made
twice to go unseen.
"""

from .derivative import derivative
from .value import losses

__all__ = ["derivative", "losses"]
