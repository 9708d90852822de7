"""From corpora to one data set: read, de-duplicated across corpora and splits, split, and written with a manifest."""
