package lockgate.rules.identity.iam_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.identity.iam_005

_judged(type, inputs) := statuses if {
	statuses := fixture.statuses(iam_005.findings) with input as fixture.plan([fixture.resource(type, "k", inputs)])
}

test_fails_for_each_kind_of_key if {
	every type in ["gcp:serviceaccount/key:Key", "gcp:storage/hmacKey:HmacKey", "gcp:projects/apiKey:ApiKey"] {
		_judged(type, {}) == {["k", "fail"]}
	}
}

test_fails_whatever_is_unknown if {
	_judged("gcp:serviceaccount/key:Key", {"serviceAccountId": fixture.unknown}) == {["k", "fail"]}
}

test_says_nothing_of_an_account if _judged("gcp:serviceaccount/account:Account", {"accountId": "router"}) == set()
