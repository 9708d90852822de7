"""Pure functions of a text: what its words, marks and sentences are."""
