"""The deterministic core of the sandbox: inputs in, effects out."""
