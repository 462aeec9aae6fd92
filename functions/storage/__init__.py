"""Small objects in Cloud Storage that steer the functions."""
