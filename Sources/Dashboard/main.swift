// The process's real main thread runs this from top to bottom: it owns the terminal, while the engine lives on other
// threads. Nothing in the program may need the main actor.
import Glibc

exit(Launch.run(arguments: Array(CommandLine.arguments.dropFirst())))
