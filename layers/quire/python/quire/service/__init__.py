"""The use cases: each takes the world (`quire.domain.ports.World`) and answers a value or a `Refusal`.

What callers ask, and a document's steps between; AWS is reached through the ports alone, and no contract is known."""
