"""`Sums` for programs that `jax.export` has written: import this module before one that returns them is read.

Nothing of it is called, and writing needs no import: the first loss of a JAX array makes `Sums` known.
"""

from .definitions import missing

try:
    from ..backends.jax import backend as _backend  # noqa: F401
except ModuleNotFoundError as error:
    raise missing(error, "jax", "jax") from None
