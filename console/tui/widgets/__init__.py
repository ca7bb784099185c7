"""Panes and lines of the main screen."""
