"""Readers of public research corpora in their publishers' own file formats; docs/corpora.md explains their labels."""
