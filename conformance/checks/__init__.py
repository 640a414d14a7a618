"""One module per check, each with its `CHECK`."""
