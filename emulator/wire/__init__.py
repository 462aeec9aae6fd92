"""What goes over the wire: checking of bodies, shaping of answers, masks, pages, and the envelopes of errors."""
