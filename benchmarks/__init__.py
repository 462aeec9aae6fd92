"""How long Lockgate takes, beside a floor or a peer measured in the same run."""
