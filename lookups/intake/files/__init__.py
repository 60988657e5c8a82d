"""One kind of file each → rows of cells, or lines."""
