"""Who may ask, how often and how much: keys, token buckets, sizes and times."""
