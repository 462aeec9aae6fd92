"""The rehearsal with the real Pulumi engine and the real provider ``gcp``, against the emulated Google Cloud."""
