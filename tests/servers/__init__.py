"""Real servers for tests, each on a free port of loopback and in a folder of its own, ended with the test."""
