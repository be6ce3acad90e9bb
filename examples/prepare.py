"""What a container of docker-compose.yml needs before its first start: the key file of its folder and, for the sample partner, a login.

    python prepare.py                       make keys.json in TEARLINE_DIR where there is none
    python prepare.py sharing-hub someone   and let `someone` in as the partner sharing-hub, with the password in AURORA_PASSWORD

Run again, it changes nothing.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from pipeline.clock import system_clock
from pipeline.config import read_configuration
from pipeline.keys import write_keys
from pipeline.store.credentials import CredentialStore


def main() -> None:
    """Prepare the folder that TEARLINE_DIR names."""
    folder = Path(os.environ.get("TEARLINE_DIR", "."))
    configuration = read_configuration(folder)
    with suppress(FileExistsError):
        write_keys(folder / configuration.hub.keys, os.urandom)
    if len(sys.argv) == 3:
        partner, username = sys.argv[1:]
        credentials = CredentialStore(folder / configuration.store.views, system_clock, os.urandom)
        credentials.add_basic(partner, username, os.environ["AURORA_PASSWORD"])
        credentials.close()


if __name__ == "__main__":
    main()
