"""Labelled documents of the project's own: several kinds, layouts and languages, with blanks and traps, drawn when they
are needed and the same each time. They show whether something broke, not how accurate Quire is: who draws a document
knows what is in it."""
