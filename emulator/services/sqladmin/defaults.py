"""What Cloud SQL fills in, by engine and edition: https://cloud.google.com/sql/docs/editions-intro. The minor
versions are those of one day; real instances get whatever is current."""

from __future__ import annotations

import re
from typing import Any

JSON = dict[str, Any]

_INSTALLED = {
    "MYSQL_5_7": ("MYSQL_5_7_44", "R20231105.01_03"),
    "MYSQL_8_0": ("MYSQL_8_0_41", "R20251004.01_07"),
    "MYSQL_8_4": ("MYSQL_8_4_7", "R20251004.01_24"),
    "POSTGRES_9_6": ("POSTGRES_9_6_24", "R20250302.00_31"),
    "POSTGRES_13": ("POSTGRES_13_15", "R20240514.00_12"),
    "POSTGRES_14": ("POSTGRES_14_12", "R20240514.00_12"),
    "POSTGRES_15": ("POSTGRES_15_7", "R20240514.00_12"),
    "POSTGRES_16": ("POSTGRES_16_3", "R20240527.01_10"),
    "POSTGRES_17": ("POSTGRES_17_5", "R20250727.00_09"),
    "POSTGRES_18": ("POSTGRES_18_1", "R20251118.00_02"),
}
_SQLSERVER = {
    "2017": ("CU31_GDR", "R20231029.00_02"),
    "2019": ("CU26", "R20240501.00_05"),
    "2022": ("CU19_GDR", "R20251019.02_03"),
}
_MYSQL_80 = (18, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 39, 40, 41, 42, 43)
_LAST_FROM_57 = "MYSQL_8_0_37"
"""The last minor version that 5.7 can be upgraded to."""
_POSTGRES = (9, 10, 11, 12, 13, 14, 15, 16)
"""Versions that others can be upgraded to, so far as the list of upgrades goes."""
_EDITIONS = ("Standard", "Enterprise", "Express", "Web")
_GEMINI = ("entitled", "activeQueryEnabled", "indexAdvisorEnabled")

CERTIFICATE = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"
"""In the place of a certificate: none that could be taken for a real one."""


def engine(version: str) -> str:
    """MYSQL, POSTGRES or SQLSERVER."""
    return version.split("_", 1)[0]


def versions(version: str) -> JSON:
    """`databaseInstalledVersion`, `maintenanceVersion` and `upgradableDatabaseVersions` of a major version."""
    installed, build = _INSTALLED.get(version, (version, "R20250101.00_00"))
    if engine(version) == "SQLSERVER":
        release, build = _SQLSERVER.get(version.split("_")[1], _SQLSERVER["2022"])
        installed = f"{version}_{release}"
    found: JSON = {"databaseInstalledVersion": installed, "maintenanceVersion": f"{installed}.{build}"}
    higher = _upgrades(version, installed)
    return found | ({"upgradableDatabaseVersions": higher} if higher else {})


def _upgrades(version: str, installed: str) -> list[JSON]:
    def entry(major: str, name: str, shown: str) -> JSON:
        return {"majorVersion": major, "name": name, "displayName": shown}

    if version.startswith("MYSQL_5_7") or version.startswith("MYSQL_8_0"):
        minors = [
            entry("MYSQL_8_0", f"MYSQL_8_0_{n}", f"MySQL 8.0.{n}") for n in _MYSQL_80 if f"MYSQL_8_0_{n}" != installed
        ]
        if version.startswith("MYSQL_5_7"):
            return [entry("MYSQL_8_0", "MYSQL_8_0", "MySQL 8.0"), *(m for m in minors if m["name"] <= _LAST_FROM_57)]
        return [*minors, entry("MYSQL_8_4", "MYSQL_8_4", "MySQL 8.4")]
    found = re.fullmatch(r"POSTGRES_(\d+)", version)
    if found:
        return [entry(f"POSTGRES_{n}", f"POSTGRES_{n}", f"PostgreSQL {n}") for n in _POSTGRES if n > int(found[1])]
    found = re.fullmatch(r"SQLSERVER_(\d+)_(\w+)", version)
    if found is None or found[1] == "2017":
        return []
    years = [y for y in ("2019", "2022") if y >= found[1]]
    names = [(y, e) for y in years for e in _EDITIONS if (y, e.upper()) != (found[1], found[2])]
    return [entry(f"SQLSERVER_{y}_{e.upper()}", f"SQLSERVER_{y}_{e.upper()}", f"SQL Server {y} {e}") for y, e in names]


def gemini(version: str) -> JSON:
    """`geminiConfig`, which SQL Server has not."""
    kind = engine(version)
    if kind == "SQLSERVER":
        return {}
    found: JSON = dict.fromkeys(_GEMINI, False)
    if kind == "MYSQL":
        return {"geminiConfig": found | {"flagRecommenderEnabled": True}}
    return {"geminiConfig": found | {"googleVacuumMgmtEnabled": False, "oomSessionCancelEnabled": False}}


def fill_settings(settings: JSON, version: str, region: str) -> None:
    """Completes `settings` in place."""
    if version in ("MYSQL_8_4",):
        settings.setdefault("edition", "ENTERPRISE_PLUS")
    plus = settings.get("edition") == "ENTERPRISE_PLUS"
    kind = engine(version)
    for key, value in (
        ("kind", "sql#settings"),
        ("authorizedGaeApplications", []),
        ("dataDiskSizeGb", "20" if plus else "10"),
        ("deletionProtectionEnabled", False),
        ("connectorEnforcement", "NOT_REQUIRED"),
        ("dataDiskType", "PD_SSD"),
        ("pricingPlan", "PER_USE"),
        ("replicationType", "SYNCHRONOUS"),
        ("storageAutoResize", True),
        ("storageAutoResizeLimit", "0"),
    ):
        if settings.get(key) is None:
            settings[key] = value
    if plus:
        settings.setdefault("activationPolicy", "ALWAYS")
        settings.setdefault("availabilityType", "ZONAL")
    if kind == "SQLSERVER":
        settings.setdefault("replicationLagMaxSeconds", 31_536_000)
    if not (settings.get("dataCacheConfig") or {}).get("dataCacheEnabled"):
        settings.pop("dataCacheConfig", None)
    _fill_network(settings.setdefault("ipConfiguration", {}), kind)
    place = settings.setdefault("locationPreference", {})
    place.setdefault("kind", "sql#locationPreference")
    place.setdefault("zone", f"{region}-a")
    _fill_backups(settings, kind, plus)


def _fill_network(network: JSON, kind: str) -> None:
    network.setdefault("authorizedNetworks", [])
    network.setdefault("ipv4Enabled", True)
    network.setdefault("requireSsl", network.get("sslMode") == "TRUSTED_CLIENT_CERTIFICATE_REQUIRED")
    strict = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" if network["requireSsl"] else "ALLOW_UNENCRYPTED_AND_ENCRYPTED"
    network.setdefault("sslMode", strict)
    if kind == "SQLSERVER":
        network.setdefault("serverCertificateRotationMode", "SERVER_CERTIFICATE_ROTATION_MODE_UNSPECIFIED")


def _fill_backups(settings: JSON, kind: str, plus: bool) -> None:
    given = settings.get("backupConfiguration")
    backups: JSON = given if isinstance(given, dict) else {}
    settings["backupConfiguration"] = backups
    if isinstance(given, dict) and kind == "POSTGRES":
        backups.setdefault("replicationLogArchivingEnabled", False)
    backups.setdefault("kind", "sql#backupConfiguration")
    backups.setdefault("enabled", plus and given is None)
    if plus and backups["enabled"]:
        backups.setdefault("binaryLogEnabled", True)
    if kind != "MYSQL" and not backups.get("binaryLogEnabled"):
        backups.pop("binaryLogEnabled", None)
    if kind == "MYSQL":
        backups.pop("pointInTimeRecoveryEnabled", None)
    kept = backups.setdefault("backupRetentionSettings", {})
    kept.setdefault("retainedBackups", 15 if plus else 7)
    kept.setdefault("retentionUnit", "COUNT")
    backups.setdefault("transactionLogRetentionDays", 14 if plus else 7)
    backups.setdefault("startTime", "12:00")
    logged = plus or (backups.get("binaryLogEnabled") and kind != "SQLSERVER")
    state = "CLOUD_STORAGE" if logged else "TRANSACTIONAL_LOG_STORAGE_STATE_UNSPECIFIED"
    backups.setdefault("transactionalLogStorageState", state)
    if plus or kind == "SQLSERVER":
        backups.setdefault("backupTier", "STANDARD")
