"""Numbers that formulas and native functions share."""

E_MINUS_100 = 3.7200759760208356e-44
"""e^-100: below it logarithms of probabilities are bounded."""
NEUTRAL = 0.5
"""Stands in for masked values: inside every domain (real, positive, probability), so that nothing overflows."""
