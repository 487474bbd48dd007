"""What a query costs and which index would help it. Nothing that is asked here runs: it is explained.

`guard` decides what may be explained, `explain` asks the server, `plan` reads its answer as one tree;
`advice` looks for indexes and `proof` tries them on a sample.
"""
