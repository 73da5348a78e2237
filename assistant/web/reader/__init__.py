"""The reader beside every tab: a document around the words quoted."""
