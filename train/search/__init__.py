"""Hyper-parameter search: trials of a config with other values, judged on dev."""
