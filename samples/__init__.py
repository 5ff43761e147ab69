"""Documents like those that people send every day, all invented, made by `python -m samples.make`."""
