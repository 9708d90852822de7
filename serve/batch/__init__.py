"""The batch job: any number of articles in shards, resumed where it stopped, with the same bytes at the end."""
