"""Benchmarks: the product against a limit or a peer, in one run. How to read them: README.md."""
