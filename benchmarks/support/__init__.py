"""P(supported) of headlines against what their bodies report."""
