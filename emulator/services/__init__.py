"""One small module a service: only what discovery does not say. The contract is `emulator/service.py`."""
