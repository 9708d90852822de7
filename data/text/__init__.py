"""Pure functions of a text: words, punctuation, sentences, sources, forms."""
