"""What takes too long for every run: thousands of requests while workers die and databases go away.

`python -m tests.soak storm`, `crashes` and `outage`; `make soak` runs all on both databases.
"""
