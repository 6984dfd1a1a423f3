"""What ``manage.py doctor`` looks at. A probe is one function; PROBES in ``examination.py`` lists them."""
