import ArgumentParser
import CNcurses
import Engine
import Logging
import ServiceLifecycle
print("singularis")
