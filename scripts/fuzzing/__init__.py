"""Parts of scripts/fuzz_files.py and scripts/soak.py."""
