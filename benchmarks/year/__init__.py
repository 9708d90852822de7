"""A simulated year of reviews: active selection against random choice."""
