# A stand-in: the functions of this file are built into Pulsebench.
