"""The review: samples articles for people with known probabilities, and estimates shares of all articles from their answers."""
