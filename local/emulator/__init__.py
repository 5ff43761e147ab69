"""MiniStack as Quire's laptop runs it: one process, two ports, our Lambda workers, and guarded repairs."""
