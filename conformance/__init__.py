"""Does every backend agree with every other, and with the truth?"""
