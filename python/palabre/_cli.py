"""The `palabre` command of the wheel: the same program as `cargo install palabre-cli` gives."""

import signal
import sys

from palabre._palabre import main as _run


def main() -> None:
    """Run the command line and exit with its status."""
    # The program is Rust: Ctrl-C and a closed pipe end it quietly, without a Python traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(_run(["palabre", *sys.argv[1:]]))
