"""The commands of `manage.py`, and the processes that they start."""
