"""What clients of the contracts do against the local stack: `make test-clients`."""
