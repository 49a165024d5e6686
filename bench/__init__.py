"""Measurements, reproducible on any machine: each prints its figure beside a floor measured in the same run."""
