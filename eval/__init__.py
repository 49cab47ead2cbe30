"""Question sets, metrics and runs; asks through the same `Assistant` as the page and the command line."""
