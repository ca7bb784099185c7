"""`python -m console` is the command `voice-console`."""

from console.cli import main

if __name__ == "__main__":
    main()
