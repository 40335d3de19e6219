"""``shopdesk doctor``: whether the installation works, and whether the widget works on a shop's page."""
