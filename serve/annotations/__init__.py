"""What people say of texts, from wherever it comes back, as labelled rows."""
