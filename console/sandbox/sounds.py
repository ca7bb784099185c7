"""Where `console.sandbox.media.sounds` is looked for by what does not carry sound yet."""

from console.sandbox.media.sounds import Measured, Sounds

__all__ = ["Measured", "Sounds"]
