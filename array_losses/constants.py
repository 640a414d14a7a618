"""Numbers that formulas and native functions share."""

E_MINUS_100 = 3.7200759760208356e-44
"""e^-100: below it logarithms of probabilities are bounded."""
IMPOSSIBLE = -1e30
"""What stands for the logarithm of a probability of 0: finite for the derivative's sake, as are 10^8 of them together.

A sum of logarithms below half of it has an impossible one among them.
"""
NEUTRAL = 0.5
"""Stands in for masked values: inside every domain (real, positive, probability), so that nothing overflows."""
LARGE_ERROR = 20.0
"""The error from which on ln cosh a grows as a does, in every precision."""
