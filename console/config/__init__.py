"""Contexts, paths and keys."""
