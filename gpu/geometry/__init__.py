"""Movements of the picture: where things are changes, what they read does not. Boxes and masks move along."""
