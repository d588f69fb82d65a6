"""The views that an operator switches between, each a picture of the same size."""

from imaging.display.show import VIEWS, show

__all__ = ["VIEWS", "show"]
