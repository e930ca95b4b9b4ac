"""Files: pictures, voices and documents that people sent, and what they belong to."""
