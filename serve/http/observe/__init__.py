"""What an operator sees: metrics and logs. Neither holds a word of an article."""
