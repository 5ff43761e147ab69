"""Small faults put into the product at random, to find what no test holds (`make mutants`)."""
