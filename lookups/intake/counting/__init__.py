"""The sums of what was handed in, without its entries."""
