"""The image, built and tried."""
