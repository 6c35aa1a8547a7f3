// The process's real main thread runs this from top to bottom: it owns the terminal, while the engine lives on other
// threads. Nothing in the program may need the main actor.
import Glibc

// A standard stream that was closed would be taken by the next file that is opened (an epoll, a socket), and lines
// printed would be written into that.
while true {
    let null = open("/dev/null", O_RDWR)
    if null > 2 { close(null) }
    if null < 0 || null > 2 { break }
}

exit(Launch.run(arguments: Array(CommandLine.arguments.dropFirst())))
