"""What keeps a sandbox from starting, in words for a person."""


class SandboxError(Exception):
    """The sandbox cannot start or go on; the text says what to do."""
