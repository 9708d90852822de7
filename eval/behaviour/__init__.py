"""What a model must do whatever it scored on its test split: cases as data, and the suite that runs them."""
