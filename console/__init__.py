"""A terminal call-center console for the Vonage Voice API, and its sandbox."""

__version__ = "0.1.0"
