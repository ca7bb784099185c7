"""The sound of the sandbox: what is said, what is heard, and what is found in it."""
