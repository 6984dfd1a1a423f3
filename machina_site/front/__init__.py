"""What stands in front of Django: the few requests that come with every page view of somebody's app.

It answers what is plain and goes well; everything else (another header, a refusal, a database that is away) it hands to
Django as it came. So the rules, and every sentence that says no, stand in the views and services alone.
"""
