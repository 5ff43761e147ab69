"""Files without places of their own: letters, sheets, web pages, mails, plain text; each module reads one of them.

`files` chooses the module; `flow` sets what it gives on pages of our own, for what comes after works with places."""
