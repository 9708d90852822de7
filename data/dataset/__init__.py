"""Builds one data set from many corpora: reads, splits, removes duplicates across corpora and splits, and writes it with a manifest."""
