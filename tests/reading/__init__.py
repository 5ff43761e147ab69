"""Quire."""
