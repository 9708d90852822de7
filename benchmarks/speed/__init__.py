"""Speed of scoring beside what a user would pick instead."""
