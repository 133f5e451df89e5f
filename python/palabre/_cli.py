"""The `palabre` command of the wheel: the same program as `cargo install palabre-cli` gives."""

import signal
import sys

from palabre._palabre import main as _run


def main() -> None:
    """Run the command line and exit with its status."""
    # The program is Rust: Ctrl-C ends it quietly, without a Python traceback. A closed pipe is an
    # error that it deals with; the signal for it would also end it when a vendor hangs up.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(_run(["palabre", *sys.argv[1:]]))
