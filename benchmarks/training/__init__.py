"""How fast is training, how near the machine's matrix peak, and what do waiting threads cost?"""
