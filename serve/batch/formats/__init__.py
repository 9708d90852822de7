"""Rows out of files: what every format gives, and one reader for each. A damaged row is a fault, and every line is in some count."""
