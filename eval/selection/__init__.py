"""Selects what people annotate next, with known inclusion probabilities."""
