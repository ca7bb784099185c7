"""Scenarios that come with the program, and the routes their callers need."""
