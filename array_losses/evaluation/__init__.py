"""How a sum over positions is made: whole, in blocks, in chunks; on torch with its gradient in the same pass."""
