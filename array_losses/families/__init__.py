"""The families: what surrounds a formula, checking, masks, weights and reduction, once for all its kind."""
