"""The house: what must stand in the repository beside the code, said in words where it is missing."""
