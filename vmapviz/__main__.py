"""`python -m vmapviz` is the same as `vmapviz`."""

from vmapviz.cli import main

main()
