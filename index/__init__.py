"""How it is found: models, the passage store, the vectors, and generations of both."""

import os

# From 1.29 on, onnxruntime sends what it runs to its maker unless this is set before it is first imported, by whomever:
# Chroma and sentence-transformers import it too. (Privacy.md in its wheel; SECURITY.md says how this is tested.)
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
