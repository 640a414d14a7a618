"""Multilabel losses."""
