"""Finds the input files of a batch and reads their rows."""
