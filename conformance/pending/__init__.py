"""Cases of losses whose formulas wait for their family; each moves to `conformance/cases/` with it."""
