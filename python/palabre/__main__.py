"""`python -m palabre` is the `palabre` command."""

from palabre._cli import main

if __name__ == "__main__":
    main()
