import Glibc

/// A stack of its own for signal handlers, on every thread there is. After an overflow a thread has no stack left to
/// run a handler on: the kernel would end the program at once, with the terminal as it is.
enum AlternateStack {
    private static let size = 64 * 1024

    /// Takes the stack away again when its thread ends, in whichever way.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { memory in
            var none = stack_t(ss_sp: nil, ss_flags: Int32(SS_DISABLE), ss_size: 0)
            sigaltstack(&none, nil)
            munmap(memory, AlternateStack.size)
        }
        return key
    }()

    /// Gives one to the calling thread.
    static func install() {
        guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            memory != MAP_FAILED
        else { return }
        var stack = stack_t(ss_sp: memory, ss_flags: 0, ss_size: size)
        sigaltstack(&stack, nil)
        pthread_setspecific(key, memory)
    }

    /// The C library's function, which ours of the same name stands before.
    fileprivate static let createThread: PthreadCreate = {
        let next = UnsafeMutableRawPointer(bitPattern: -1)  // RTLD_NEXT, a cast that the importer leaves out
        return unsafeBitCast(dlsym(next, "pthread_create"), to: PthreadCreate.self)
    }()
}

private typealias ThreadBody = @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?
private typealias PthreadCreate =
    @convention(c) (
        UnsafeMutablePointer<pthread_t>, UnsafePointer<pthread_attr_t>?, ThreadBody, UnsafeMutableRawPointer?
    ) -> Int32

/// Threads are made by libraries (Dispatch, NIO) that offer no place to set one up, but they all make them with this
/// function of the C library, and a program's own function of a name goes before a library's. Makes the thread, and
/// gives it its ``AlternateStack`` before it does anything else.
///
/// A sanitizer has one of its own there, which it cannot do without.
#if !SANITIZED
@_cdecl("pthread_create")
#endif
public func createThread(
    _ thread: UnsafeMutablePointer<pthread_t>, _ attributes: UnsafePointer<pthread_attr_t>?,
    _ body: @escaping @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    let start = UnsafeMutablePointer<(ThreadBody, UnsafeMutableRawPointer?)>.allocate(capacity: 1)
    start.initialize(to: (body, argument))
    let failure = AlternateStack.createThread(thread, attributes, { start in
        let start = start!.assumingMemoryBound(to: (ThreadBody, UnsafeMutableRawPointer?).self)
        let (body, argument) = start.move()
        start.deallocate()
        AlternateStack.install()
        return body(argument)
    }, start)
    if failure != 0 { start.deallocate() }
    return failure
}
