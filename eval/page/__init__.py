"""Renders an evaluation: one page with plots, and the model card."""
