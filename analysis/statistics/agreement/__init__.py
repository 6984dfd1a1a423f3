"""Do judges agree beyond chance, do items measure one thing?"""
