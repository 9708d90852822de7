"""An evaluation for people: one page with plots, and the model card."""
