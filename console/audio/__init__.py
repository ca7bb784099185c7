"""What a call sounds like: frames, tones and files. Pure."""
