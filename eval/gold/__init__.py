"""Evaluates on gold labels: real news that a newsroom labels in a folder of its own."""
