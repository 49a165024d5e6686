"""`python -m tests.platforms.wecom_api --port 8082` runs the double by itself."""

import argparse
import contextlib

from tests.platforms.wecom_api.api import run_forever

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    with contextlib.suppress(KeyboardInterrupt):
        run_forever(parser.parse_args().port)
