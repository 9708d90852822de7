"""Training: model, loss, trainer, export, calibration, thresholds, risk and MLflow tracking."""

from presscheck.configs.offline import stay_offline

stay_offline()
