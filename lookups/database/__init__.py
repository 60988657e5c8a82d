"""What asks which database it is: rows in bulk, locks, checkpoints, what each connection needs."""
