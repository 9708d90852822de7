"""How often is drift found, where there is some and where there is none?"""
