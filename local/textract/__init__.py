"""The Textract twin: a server on 127.0.0.1 that speaks Amazon Textract's protocol and answers with real OCR."""
