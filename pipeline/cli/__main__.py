"""`python -m pipeline.cli`: the same as `tearline`."""

from pipeline.cli.main import main

main()
