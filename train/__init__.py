"""Training: model, loss, trainer, export, calibration, thresholds, risk and MLflow tracking."""
