"""Shards, the units of work: cut from the inputs, scored, and kept as parts with their states."""
