"""Access and limits: keys, token buckets, sizes and timeouts."""
