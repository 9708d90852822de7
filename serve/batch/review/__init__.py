"""Which articles people look at, with the probability that each was picked, and what their answers say of all articles."""
