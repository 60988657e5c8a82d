"""What is a UUID, what is nearly one, and through which look-alikes it is read."""
