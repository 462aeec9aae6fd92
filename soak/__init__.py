"""Long runs that look for what short tests cannot show; ``make soak``. Not part of ``make test``."""
