"""Accuracy on labelled documents: the real reading and the real extraction, scored."""
