"""What a caller asked for, made from a reading."""
