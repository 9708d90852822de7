"""Score records as pages: for a terminal and as self-contained HTML."""
