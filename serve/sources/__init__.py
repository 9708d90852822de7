"""Finds the sources of a body's sentences."""
