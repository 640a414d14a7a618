"""Exported programs that return `Sums`: import this module before `jax.export.deserialize` reads one.

Writing one needs no import, as a loss was called on JAX arrays.
"""

from ..backends.jax import backend as _backend  # noqa: F401
