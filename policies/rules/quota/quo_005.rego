# METADATA
# title: The GPU quota is one that the monthly limit can pay for
# description: |
#   As many machines as the GPU quota allows, running all month at the list price, cost no more than
#   money.monthly_limit. The price has a date and a source; one that is missing, zero, expired or too old is no
#   price, and then the answer is no.
# schemas:
#   - input: schema["input"]
# custom:
#   id: QUO-005
#   severity: critical
#   group: quota
#   needs_charter: true
#   judges: stack
#   remediation: Lower the GPU quota or the replicas, or raise money.monthly_limit with the sponsor; where the price is at fault, look it up again and give it in policies/data/prices.json with source and date.
#   controls: []
package lockgate.rules.quota.quo_005

import data.lockgate.lib.clock
import data.lockgate.lib.quota
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("QUO-005", _judged.status, _judged.message)

_judged := {"status": "pass", "message": "the charter deploys no model, so no GPU has to be paid for"} if {
	quota.gpus == 0
} else := {"status": "fail", "message": sprintf("no quota bounds the GPUs in %s, so no limit can pay for them", [_region])} if {
	count(quota.here) == 0
} else := {"status": "undetermined", "message": "the GPU quota is unknown until the deployment"} if {
	some planned in quota.here
	quota.amount(planned).state in {"unknown", "secret"}
} else := {"status": "fail", "message": _no_price} if {
	count(_usable) == 0
} else := {"status": _affordable, "message": sprintf(
	"%v GPUs, %v to a %s at %v USD an hour (seen %s), cost %v %s a month; the monthly limit is %v",
	[_gpus, _capacity.accelerators_per_replica, _capacity.machine_type, _price.usd, _price.seen, round(_cost), _money.currency, _money.monthly_limit],
)}

_capacity := input.charter.capacity

_money := input.charter.money

_region := input.charter.cloud.region

# -1 is unlimited, and text is no number of GPUs.
default _gpus := "unlimited"

_gpus := max(amounts) if {
	amounts := {amount | some planned in quota.here; amount := value.number(quota.amount(planned)).value}
	every amount in amounts {
		is_number(amount)
		amount >= 0
	}
}

default _cost := 0

_cost := reckoned if {
	is_number(_gpus)
	reckoned := (((_gpus / _capacity.accelerators_per_replica) * _price.usd) * data.params.quota.hours_per_month) * _money.exchange.usd_rate
}

_affordable := "pass" if {
	is_number(_gpus)
	_cost <= _money.monthly_limit
} else := "fail"

_sku := sprintf("vertex/%s", [_capacity.machine_type])

# Where several prices hold on the day, the highest is reckoned with.
_price := [price | some price in _usable; price.usd == max({other.usd | some other in _usable})][0]

_usable := [price |
	some price in _current
	price.usd > 0
	clock.days_since(price.seen) <= data.params.quota.max_price_age_days
]

_current := [price |
	some i
	data.params.prices[i].sku == _sku
	data.params.prices[i].unit == "machine hour"
	data.params.prices[i].region in {_region, "any"}
	price := data.params.prices[i]
	is_number(price.usd)
	_begun(price)
	_not_ended(price)
]

_begun(price) if object.get(price, "valid_from", null) == null

_begun(price) if clock.days_since(price.valid_from) >= 0

_not_ended(price) if object.get(price, "valid_until", null) == null

_not_ended(price) if clock.days_until(price.valid_until) >= 0

_no_price := sprintf("there is no list price of %s for %s on this day", [_sku, _region]) if {
	count(_current) == 0
} else := sprintf("the list price of %s is zero or older than %d days", [_sku, data.params.quota.max_price_age_days])
