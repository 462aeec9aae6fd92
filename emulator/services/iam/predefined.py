"""The predefined roles that can be read here."""

from __future__ import annotations

PREDEFINED = {
"owner": "Owner", "editor": "Editor", "viewer": "Viewer", "browser": "Browser", "aiplatform.admin": "Vertex AI
Administrator", "aiplatform.user": "Vertex AI User", "aiplatform.viewer": "Vertex AI Viewer",
"artifactregistry.admin": "Artifact Registry Administrator", "artifactregistry.reader": "Artifact Registry Reader",
"artifactregistry.writer": "Artifact Registry Writer", "bigquery.admin": "BigQuery Admin", "bigquery.dataEditor":
"BigQuery Data Editor", "bigquery.dataOwner": "BigQuery Data Owner", "bigquery.dataViewer": "BigQuery Data Viewer",
"bigquery.jobUser": "BigQuery Job User", "bigquery.user": "BigQuery User", "billing.admin": "Billing Account
Administrator", "billing.costsManager": "Billing Account Costs Manager", "billing.user": "Billing Account User",
"billing.viewer": "Billing Account Viewer", "cloudbuild.builds.builder": "Cloud Build Service Account",
"cloudbuild.builds.editor": "Cloud Build Editor", "cloudfunctions.admin": "Cloud Functions Admin",
"cloudfunctions.developer": "Cloud Functions Developer", "cloudfunctions.invoker": "Cloud Functions Invoker",
"cloudfunctions.viewer": "Cloud Functions Viewer", "cloudkms.admin": "Cloud KMS Admin",
"cloudkms.cryptoKeyDecrypter": "Cloud KMS CryptoKey Decrypter", "cloudkms.cryptoKeyEncrypter": "Cloud KMS CryptoKey
Encrypter", "cloudkms.cryptoKeyEncrypterDecrypter": "Cloud KMS CryptoKey Encrypter/Decrypter", "cloudkms.viewer":
"Cloud KMS Viewer", "cloudquotas.admin": "Cloud Quotas Admin", "cloudquotas.viewer": "Cloud Quotas Viewer",
"cloudscheduler.admin": "Cloud Scheduler Admin", "cloudscheduler.jobRunner": "Cloud Scheduler Job Runner",
"cloudsql.admin": "Cloud SQL Admin", "cloudsql.client": "Cloud SQL Client", "cloudsql.editor": "Cloud SQL Editor",
"cloudsql.instanceUser": "Cloud SQL Instance User", "cloudsql.viewer": "Cloud SQL Viewer", "compute.admin": "Compute
Admin", "compute.networkAdmin": "Compute Network Admin", "compute.networkUser": "Compute Network User",
"compute.networkViewer": "Compute Network Viewer", "compute.securityAdmin": "Compute Security Admin",
"compute.viewer": "Compute Viewer", "dlp.admin": "DLP Administrator", "dlp.reader": "DLP Reader", "dlp.user": "DLP
User", "dns.admin": "DNS Administrator", "dns.reader": "DNS Reader", "eventarc.admin": "Eventarc Admin",
"eventarc.eventReceiver": "Eventarc Event Receiver", "eventarc.serviceAgent": "Eventarc Service Agent",
"iam.roleAdmin": "Role Administrator", "iam.roleViewer": "Role Viewer", "iam.securityAdmin": "Security Admin",
"iam.securityReviewer": "Security Reviewer", "iam.serviceAccountAdmin": "Service Account Admin",
"iam.serviceAccountCreator": "Create Service Accounts", "iam.serviceAccountKeyAdmin": "Service Account Key Admin",
"iam.serviceAccountTokenCreator": "Service Account Token Creator", "iam.serviceAccountUser": "Service Account User",
"iam.serviceAccountViewer": "View Service Accounts", "iam.workloadIdentityUser": "Workload Identity User",
"logging.admin": "Logging Admin", "logging.bucketWriter": "Logs Bucket Writer", "logging.configWriter": "Logs
Configuration Writer", "logging.logWriter": "Logs Writer", "logging.privateLogViewer": "Private Logs Viewer",
"logging.viewAccessor": "Logs View Accessor", "logging.viewer": "Logs Viewer", "modelarmor.admin": "Model Armor
Admin", "modelarmor.user": "Model Armor User", "modelarmor.viewer": "Model Armor Viewer", "monitoring.admin":
"Monitoring Admin", "monitoring.alertPolicyEditor": "Monitoring AlertPolicy Editor", "monitoring.editor": "Monitoring
Editor", "monitoring.metricWriter": "Monitoring Metric Writer", "monitoring.viewer": "Monitoring Viewer",
"orgpolicy.policyAdmin": "Organization Policy Administrator", "orgpolicy.policyViewer": "Organization Policy Viewer",
"pubsub.admin": "Pub/Sub Admin", "pubsub.editor": "Pub/Sub Editor", "pubsub.publisher": "Pub/Sub Publisher",
"pubsub.subscriber": "Pub/Sub Subscriber", "pubsub.viewer": "Pub/Sub Viewer", "resourcemanager.projectIamAdmin":
"Project IAM Admin", "run.admin": "Cloud Run Admin", "run.developer": "Cloud Run Developer", "run.invoker": "Cloud
Run Invoker", "run.viewer": "Cloud Run Viewer", "secretmanager.admin": "Secret Manager Admin",
"secretmanager.secretAccessor": "Secret Manager Secret Accessor", "secretmanager.secretVersionAdder": "Secret Manager
Secret Version Adder", "secretmanager.viewer": "Secret Manager Viewer", "serviceusage.serviceUsageAdmin": "Service
Usage Admin", "serviceusage.serviceUsageConsumer": "Service Usage Consumer", "storage.admin": "Storage Admin",
"storage.objectAdmin": "Storage Object Admin", "storage.objectCreator": "Storage Object Creator",
"storage.objectUser": "Storage Object User", "storage.objectViewer": "Storage Object Viewer",
}
"""Id to title, from https://cloud.google.com/iam/docs/roles-permissions (a choice: there are two thousand).

Their permissions are not emulated. A binding may name any other role.
"""
