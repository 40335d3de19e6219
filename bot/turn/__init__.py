"""What a turn goes through besides understanding, policy and writing: how it is heard, timed, left and told."""
