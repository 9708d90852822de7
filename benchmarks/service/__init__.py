"""How much the service takes, and what it does beyond that."""
