"""Multiclass losses."""
