"""`python -m void_studio.worker`: the same as `void-worker`."""

from void_studio.worker.cli import main

if __name__ == "__main__":
    main()
