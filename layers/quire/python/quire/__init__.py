"""Quire: documents in, structured data out.

The layers, each of which knows those behind it only: `http`, `service`, `extraction`, `reading` and `export`, `domain`;
`adapters` gives the domain's ports from AWS. import-linter keeps them apart (pyproject.toml)."""
