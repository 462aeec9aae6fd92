# METADATA
# title: The clock
# description: Days between the day of the judgement and a date of the charter. The clock is input.now.
package lockgate.lib.clock

# METADATA
# description: Whole days from the day of the judgement (UTC) to a date such as 2027-03-31; negative in the past.
days_until(date) := (time.parse_ns("2006-01-02", date) - _today) / ((((24 * 60) * 60) * 1000) * 1000000)

# METADATA
# description: Whole days since a date; negative in the future.
days_since(date) := 0 - days_until(date)

_today := time.parse_ns("2006-01-02", sprintf("%d-%02d-%02d", time.date(time.parse_rfc3339_ns(input.now))))
