"""Two versions of an article side by side: what changed in its sources, claims, numbers, headline and risk."""
