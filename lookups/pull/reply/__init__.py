"""Bytes that came back → call records, or the error that they are."""
