"""Many questions: what may still be claimed when several are asked at once, or one after another."""
