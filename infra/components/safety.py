"""The safety guardrail: no prompt reaches a model and no answer a person unscreened, and masked fields stay masked.

Owns the Model Armor template that the router calls, the project's floor setting (it screens every call of Vertex AI,
also one that goes around the router), the inspection and de-identification templates of Sensitive Data Protection, and
the grant by which Vertex AI uses Model Armor. The floor setting is global, as Google has it: it holds rules, no data.
Deleting it changes nothing at Google, so it is protected. It does not decide what the router does with a finding.
"""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from infra.sizing.safety import SafetyArgs

HARMS = ("SEXUALLY_EXPLICIT", "HATE_SPEECH", "HARASSMENT", "DANGEROUS")
CONFIDENCE = "MEDIUM_AND_ABOVE"
USER = "roles/modelarmor.user"


class Safety(pulumi.ComponentResource):
    """Screening of prompts and answers; ``template_name`` is what the router calls."""

    template: gcp.modelarmor.Template
    template_name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: SafetyArgs,
        *,
        vertex_agent: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``vertex_agent`` is what makes the service agent of Vertex AI exist."""
        _check(name, args)
        super().__init__("lockgate:safety:Safety", name, None, opts)
        self._name = name
        self._args = args
        masking = self._masking() if args.labelled else None
        self.template = self._template(masking)
        self.template_name = self.template.name
        floor = self._floor()
        gcp.projects.IAMMember(
            f"{name}-vertex-uses-model-armor",
            project=args.project,
            role=USER,
            member=args.vertex_agent,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[vertex_agent, floor]),
        )
        self.register_outputs({"template": self.template_name})

    def _masking(self) -> gcp.modelarmor.TemplateFilterConfigSdpSettingsAdvancedConfigArgsDict:
        args, dlp = self._args, gcp.dataloss
        parent = f"projects/{args.project}/locations/{args.location}"
        inspect = dlp.PreventionInspectTemplate(
            f"{self._name}-inspect",
            parent=parent,
            template_id=f"{args.template}-inspect",
            display_name="Finds the charter's masked fields",
            inspect_config={
                "info_types": [{"name": kind} for kind in args.detectors],
                "custom_info_types": [
                    {
                        "info_type": {"name": field.info_type},
                        "regex": {"pattern": field.pattern, "group_indexes": [1]},
                        "likelihood": "LIKELY",
                    }
                    for field in args.labelled
                ],
                "min_likelihood": "POSSIBLE",
                "include_quote": False,
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        kinds = (*args.detectors, *(field.info_type for field in args.labelled))
        deidentify = dlp.PreventionDeidentifyTemplate(
            f"{self._name}-deidentify",
            parent=parent,
            template_id=f"{args.template}-deidentify",
            display_name="Puts its kind in place of each masked field",
            deidentify_config={
                "info_type_transformations": {
                    "transformations": [
                        {
                            "info_types": [{"name": kind} for kind in kinds],
                            "primitive_transformation": {"replace_with_info_type_config": True},
                        }
                    ]
                }
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        return {"inspect_template": inspect.id, "deidentify_template": deidentify.id}

    def _template(
        self, masking: gcp.modelarmor.TemplateFilterConfigSdpSettingsAdvancedConfigArgsDict | None
    ) -> gcp.modelarmor.Template:
        return gcp.modelarmor.Template(
            f"{self._name}-template",
            project=self._args.project,
            location=self._args.location,
            template_id=self._args.template,
            filter_config={
                "rai_settings": {
                    "rai_filters": [{"filter_type": harm, "confidence_level": CONFIDENCE} for harm in HARMS]
                },
                "pi_and_jailbreak_filter_settings": {"filter_enforcement": "ENABLED", "confidence_level": CONFIDENCE},
                "malicious_uri_filter_settings": {"filter_enforcement": "ENABLED"},
                **({"sdp_settings": {"advanced_config": masking}} if masking else {}),
            },
            template_metadata={
                "enforcement_type": "INSPECT_AND_BLOCK",
                "ignore_partial_invocation_failures": False,
                "multi_language_detection": {"enable_multi_language_detection": True},
                "log_template_operations": True,
                # A logged sanitise operation repeats the prompt, which has no place in a log.
                "log_sanitize_operations": False,
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _floor(self) -> gcp.modelarmor.Floorsetting:
        return gcp.modelarmor.Floorsetting(
            f"{self._name}-floor",
            parent=f"projects/{self._args.project}",
            location="global",
            enable_floor_setting_enforcement=True,
            integrated_services=["AI_PLATFORM"],
            ai_platform_floor_setting={"inspect_and_block": True, "enable_cloud_logging": True},
            filter_config={
                "rai_settings": {
                    "rai_filters": [{"filter_type": harm, "confidence_level": CONFIDENCE} for harm in HARMS]
                },
                "pi_and_jailbreak_filter_settings": {"filter_enforcement": "ENABLED", "confidence_level": CONFIDENCE},
                "malicious_uri_filter_settings": {"filter_enforcement": "ENABLED"},
            },
            floor_setting_metadata={"multi_language_detection": {"enable_multi_language_detection": True}},
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )


def _check(name: str, args: SafetyArgs) -> None:
    kinds = [field.info_type for field in args.labelled]
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1 or kind in args.detectors or not kind}):
        raise ValueError(
            f"{name}: two masked fields are both spelt {kind or 'without a letter'}, so one would hide the other. "
            "Rename one in data.masked_fields."
        )
