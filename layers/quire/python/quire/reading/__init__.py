"""What a document says: pages of lines, words and tables, from a PDF's text layer or from Textract's blocks.

`pdf`, `formats` and `textract` read, `layout` and `tables` put in order what they read, `model` is what comes out.
Bytes from outside are opened in the child of `sandbox` alone; no schema and no AWS in here."""
