"""JAX: the adapter and its native functions."""
