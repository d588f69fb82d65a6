"""Calibration, scan quality and material colours measured on real and simulated scans."""
