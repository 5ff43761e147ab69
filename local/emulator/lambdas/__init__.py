"""Lambda on a laptop: a bounded pool of warm worker processes, forked from one that has the slow imports done."""
