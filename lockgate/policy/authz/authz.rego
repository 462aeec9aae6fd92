# METADATA
# title: Who may ask
# description: |
#   Guards the server that Lockgate starts. Only the process that started it knows the token, and with it
#   one may ask for the findings and nothing else: no policy and no data can be written by anybody.
package system.authz

default allow := false

allow if {
	_known
	input.method == "POST"
	input.path == ["v1", "data", "lockgate", "main", "findings"]
}

allow if {
	_known
	input.method == "GET"
	input.path == ["health"]
}

_known if {
	token := opa.runtime().env.LOCKGATE_OPA_TOKEN
	count(token) >= 32
	input.identity == token
}
