"""Two bundles on the same items: what is compared, how, and the page that shows it."""
