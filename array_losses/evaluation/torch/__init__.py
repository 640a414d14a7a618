"""torch: blocks, chunks, recomputation, the fast path, and delegation to its own losses."""
