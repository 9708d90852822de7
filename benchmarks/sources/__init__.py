"""Whether the record names the right source, on corpora that tell who speaks."""
