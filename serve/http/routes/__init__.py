"""The service's routes: one file per group of paths."""
