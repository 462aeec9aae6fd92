"""BigQuery: https://cloud.google.com/bigquery/docs/reference/rest."""

from __future__ import annotations

from emulator.resource import Resource
from emulator.service import Service
from emulator.services.bigquery import datasets, jobs, tables
from emulator.wire import errors

SERVICE = Service(
    "bigquery",
    errors=errors.LEGACY_LIST,
    presence=True,
    ignore_unknown=True,
    not_found=datasets.not_found,
    exists=datasets.exists,
    resources={
        "datasets": Resource(
            defaults=datasets.defaults,
            on_create=datasets.created,
            on_update=datasets.updated,
            on_delete=datasets.deleted,
            view=datasets.view,
            own_name=True,
            deleted="no_content",
        ),
        "tables": Resource(
            defaults=tables.defaults,
            on_create=tables.created,
            on_update=tables.updated,
            view=tables.view,
            own_name=True,
            deleted="no_content",
        ),
        "routines": Resource(
            defaults=tables.routine_defaults,
            on_create=tables.routine_created,
            on_update=tables.routine_updated,
            own_name=True,
            deleted="no_content",
        ),
        "models": Resource(own_name=True, deleted="no_content"),
    },
    methods={
        "datasets.insert": datasets.insert,
        "datasets.list": datasets.list_,
        "projects.getServiceAccount": datasets.service_account,
        "projects.list": datasets.list_projects,
        "tables.insert": tables.insert,
        "tables.list": tables.list_,
        "tabledata.insertAll": tables.insert_all,
        "tabledata.list": tables.list_rows,
        "routines.insert": tables.insert_routine,
        "jobs.insert": jobs.insert,
        "jobs.query": jobs.query,
        "jobs.getQueryResults": jobs.results,
        "jobs.get": jobs.get,
        "jobs.list": jobs.list_,
        "jobs.cancel": jobs.cancel,
        "jobs.delete": jobs.delete,
    },
)
