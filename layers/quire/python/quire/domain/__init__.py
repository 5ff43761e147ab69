"""What Quire is about, without AWS, HTTP or files: jobs, documents, slots, credits, refusals, and their ports.

Pure functions and frozen dataclasses over the standard library; what they need from outside is a port in `ports`."""
