"""One module per loss, each with its `CASE`."""
