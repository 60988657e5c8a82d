"""The portal: one Django app, read as the life of a lookup."""
