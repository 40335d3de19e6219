"""Files and pages to documents: one loader per format."""
