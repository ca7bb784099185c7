"""`python -m console.cli.tethered COMMAND …`: a command that ends when its standard input does.

Whoever starts it holds the other end of a pipe. However that process ends, also when it is
killed, the pipe closes and the command ends as if it had been asked to.
"""

import os
import signal
import threading


def _end_with_stdin() -> None:
    while os.read(0, 1024):
        continue
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Run the command line under the tether."""
    threading.Thread(target=_end_with_stdin, name="tether", daemon=True).start()
    from console.cli import main as run

    run()


if __name__ == "__main__":
    main()
