"""Load what a whole stack uses of the SDK: ``python benchmarks/sdk.py stock|deferred``."""

import gc
import importlib
import os
import sys
from pathlib import Path

PACKAGES = (
    *("artifactregistry", "bigquery", "billing", "cloudfunctionsv2", "cloudquota", "cloudrunv2", "cloudscheduler"),
    *("compute", "dataloss", "dns", "kms", "logging", "modelarmor", "monitoring", "projects", "pubsub"),
    *("serviceaccount", "servicenetworking", "serviceusage", "sql", "storage", "vertex"),
)

if sys.argv[1] == "deferred":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from lockgate.plan import sdk_loader

    gc.disable()
    sdk_loader.install(sdk_loader.cache_folder(dict(os.environ)))
for name in PACKAGES:
    getattr(importlib.import_module(f"pulumi_gcp.{name}"), "__all__", None)
