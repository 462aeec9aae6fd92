# METADATA
# title: Who may ask
# description: |
#   Guards the server that Lockgate starts. Only the process that started it knows the token, and with it
#   one may ask for the findings and nothing else: no policy and no data can be read or written by anybody.
package system.authz

default allow := false

allow if {
	input.method == "POST"
	input.path == ["v1", "data", "lockgate", "main", "findings"]
	count(_token) >= 32
	input.identity == _token
}

allow if {
	input.method == "POST"
	input.path == ["v1", "data", "system", "authz", "proof"]
}

# METADATA
# description: |
#   Shows that this server was given the token, without telling it: Lockgate asks before it says anything
#   to whoever listens on the port.
proof := crypto.hmac.sha256(input.challenge, _token)

_token := opa.runtime().env.LOCKGATE_OPA_TOKEN
