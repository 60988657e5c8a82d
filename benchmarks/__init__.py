"""Measures how fast the portal is, as ratios against a reference on the same data."""
