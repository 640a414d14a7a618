"""PyTorch: the adapter, its native functions, and what only looks like a plain tensor."""
