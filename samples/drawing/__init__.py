"""One module per document: what it says, drawn and handed over as a `Sample`."""
