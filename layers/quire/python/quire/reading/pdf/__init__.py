"""A PDF's pages through PDFium: counted, cut, and their text layer read, as far as it shows and can be believed.

`text` goes through a page; `words`, `drawings` and `notes` say what is on it, `showing` and `watermarks` what of it
counts, `soundness` and `gaps` whether it is all. Runs in the sandbox's child, but for the pure rules."""
