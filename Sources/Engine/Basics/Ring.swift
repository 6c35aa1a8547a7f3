/// The newest `capacity` elements, oldest first. A bounded history: adding to a full one drops the oldest.
package struct Ring<Element: Sendable>: Sendable, RandomAccessCollection {
    package let capacity: Int
    private var storage: [Element] = []
    private var head = 0
    /// How many elements there have been, those that were dropped included. The newest is number `total - 1`.
    package private(set) var total = 0

    package init(capacity: Int) {
        precondition(capacity > 0, "a ring holds at least one element")
        self.capacity = capacity
    }

    /// A ring whose oldest element, the first of `elements`, is the `first`th that there has been.
    package init(capacity: Int, numberedFrom first: Int, _ elements: some Sequence<Element>) {
        self.init(capacity: capacity)
        total = first
        for element in elements { append(element) }
    }

    package mutating func append(_ element: Element) {
        total += 1
        if storage.count < capacity {
            storage.append(element)
        } else {
            storage[head] = element
            head = (head + 1) % capacity
        }
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { storage.count }
    package subscript(position: Int) -> Element {
        get { storage[(head + position) % storage.count] }
        set { storage[(head + position) % storage.count] = newValue }
    }
}

extension Ring: Equatable where Element: Equatable {
    package static func == (a: Ring, b: Ring) -> Bool { a.total == b.total && a.elementsEqual(b) }
}
