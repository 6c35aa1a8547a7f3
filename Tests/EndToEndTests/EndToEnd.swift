import Testing

/// Everything that drives a program in a terminal. One at a time: the machine is small and what is tested is whether
/// a person at a terminal sees the right things, not how many such people it can serve.
@Suite("The whole program", .serialized, .timeLimit(.minutes(5)), .alone)
enum EndToEnd {}
