"""What the service answers: one file per group of paths."""
