"""What XGBoost and LightGBM share: rows, objectives, metrics and the score to start from."""
