"""From the bytes of a request to a case in its current form, with all that was changed on the way."""
