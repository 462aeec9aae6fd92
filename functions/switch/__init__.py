"""The kill switch: what operators have stopped or paused, without a deployment."""
