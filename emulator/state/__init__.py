"""What exists in the emulated cloud: resources, policies, operations, projects. All of it saves and
restores as JSON."""
