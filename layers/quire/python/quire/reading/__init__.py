"""What a document says: pages of lines, words and tables, from a PDF's text layer or from Textract's blocks."""
