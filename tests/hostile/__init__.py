"""Callers who mean harm: what they may try, and that it gets them nothing."""
