"""The models that the use case may call."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lockgate.charter.section import Expected, Section

ModelId = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9.@-]{1,62}$"),
    Expected("a model id as Vertex AI spells it: lower-case letters, digits and .@-, such as gemini-3.8-flash"),
]


class Model(Section):
    """A model, who publishes it, who runs it, and what it is for."""

    id: ModelId = Field(description="Model id as Vertex AI spells it, such as gemini-3.8-flash.")
    publisher: Annotated[
        str,
        Field(pattern=r"^[a-z][a-z0-9-]{1,40}$"),
        Expected("a publisher as Vertex AI spells it, such as google"),
    ] = Field(description="Publisher as Vertex AI spells it.")
    role: Literal["draft", "check", "format"] = Field(
        description="draft proposes an output; check judges another model's; format rewrites."
    )
    hosting: Literal["managed", "deployed"] = Field(
        description="managed: billed by the token by Vertex AI; deployed: on GPUs of this project, billed by the hour."
    )
