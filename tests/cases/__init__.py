"""Mistakes in pipelines, each with the words that its finding points to."""
