"""A small program. preview.json and saved.json beside it are the engine's plans of it (Pulumi 3.260, provider 9.35)."""

import pulumi
import pulumi_gcp as gcp


class Intake(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("example:intake:Intake", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        topic = gcp.pubsub.Topic(f"{name}-topic", name="cases", kms_key_name=pulumi.Output.secret("a key"), opts=child)
        subscription = gcp.pubsub.Subscription(
            f"{name}-subscription",
            topic=topic.id,
            name=pulumi.Output.concat("all-", topic.name),
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        bucket = gcp.storage.Bucket(
            f"{name}-bucket", location="EU", opts=pulumi.ResourceOptions(parent=self, depends_on=[subscription])
        )
        gcp.storage.BucketObject(
            f"{name}-object",
            bucket=bucket.name,
            source=pulumi.AssetArchive({"a.txt": pulumi.StringAsset("text")}),
            opts=child,
        )


google = gcp.Provider("google", project="example", region="europe-west4", default_labels={"use_case": "intake"})
Intake("intake", opts=pulumi.ResourceOptions(providers=[google]))
gcp.serviceaccount.Account("sender", account_id="sender")
