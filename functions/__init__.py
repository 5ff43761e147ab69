"""One folder is one Lambda is one verb. In the order of a document's path: api_…, accept, expand, admit, inspect, read,
ocr_finished, extract, publish, fail, deliver; sweep looks after what was lost on the way."""
