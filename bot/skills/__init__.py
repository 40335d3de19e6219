"""One file per action of the policy: each gathers the evidence that a reply of its kind rests on."""
