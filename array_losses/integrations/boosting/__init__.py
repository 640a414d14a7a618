"""The common parts of XGBoost and LightGBM: rows, objectives, metrics and the score to start from."""
