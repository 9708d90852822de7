"""What is said of a whole batch: its counts and hashes, duplicates, drift, the share of positives, the report."""
