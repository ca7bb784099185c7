"""What is wrong with the configuration, in one sentence with what to do next."""


class ConfigError(Exception):
    """The configuration cannot be used; the text names the place and the remedy."""
