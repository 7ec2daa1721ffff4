"""The services of Tocsin."""

VERSION = "0.1.0"
