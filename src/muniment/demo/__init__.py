"""The demonstration: named people carry requests through every gate, by the actions pages call.

`cast` who takes part · `calendar` the days that pass · `papers` what they write · `roads` the two
tracks, act by act · `turnings` where a road turns off · `every_stage` a request at each stage ·
`asking_in_vain` what the house says no to. The tests' world walks the same roads, so that every
state under test is one that can be reached.
"""
