"""The summary of a batch: counts and hashes, duplicates, drift, the share of positives, the report."""
