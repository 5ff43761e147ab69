"""The use cases: each takes the world (`quire.domain.ports.World`) and answers a value or a `Refusal`."""
