"""Speed of the batch job on each engine, beside the raw scorer."""
