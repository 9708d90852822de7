"""Labelled segments, the readers that make them, and pure functions of text."""
