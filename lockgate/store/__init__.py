"""What is kept in an S3-compatible object store: signed policy bundles, and evidence that nobody deletes."""
