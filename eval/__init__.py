"""Evaluation of a bundle on held-out data, beside its baselines."""
