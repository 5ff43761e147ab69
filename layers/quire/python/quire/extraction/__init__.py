"""A reading becomes chunks, or the fields of a schema: `engine.extract`.

Import the modules: whoever only checks a schema does not start with the whole engine."""
