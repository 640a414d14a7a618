"""`diagnose`: why is the loss NaN, why so large, why 0? Facts of a call are collected, causes are read off them."""
