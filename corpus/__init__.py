"""What may be quoted: documents, their structure, and the passages cut from them."""
