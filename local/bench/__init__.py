"""`make bench`: what reading and extraction cost, and many documents at once."""
