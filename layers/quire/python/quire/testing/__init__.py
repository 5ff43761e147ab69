"""The ports in memory: `quire.testing.world.World` stands in for AWS, held to the same contract tests."""
