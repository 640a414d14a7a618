"""The commands of `python -m array_losses`: one module each, imported when it is asked for."""
