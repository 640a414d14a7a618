"""Losses between distributions."""
