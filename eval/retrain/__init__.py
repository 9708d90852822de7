"""A retraining: from new and old data to the decision on the champion, resumable at every step."""
