"""Gradients on every library: torch and JAX by their own autodiff, every other by a tape."""
