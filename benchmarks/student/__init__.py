"""A student with half of the default model's arithmetic."""
