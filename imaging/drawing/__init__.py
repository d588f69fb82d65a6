"""Marks, labels, masks and a scale bar on pictures for people."""

from imaging.drawing.marks import Mark, draw_marks

__all__ = ["Mark", "draw_marks"]
