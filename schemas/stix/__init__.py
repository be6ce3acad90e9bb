"""Models of STIX 2.1 objects: what each type requires and how each property must look."""
