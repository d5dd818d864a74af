"""Mistakes and what is said of them, sorted by what they are about."""
