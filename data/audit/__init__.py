"""What a corpus holds, whether it keeps its plan, and how much of its labels the mere form of a text gives away."""
