"""Evaluates a bundle on held-out data, compared with baselines."""
