/// The newest `capacity` elements, oldest first. A bounded history: adding to a full one drops the oldest.
package struct Ring<Element: Sendable>: Sendable, RandomAccessCollection {
    package let capacity: Int
    private var storage: [Element] = []
    private var head = 0

    package init(capacity: Int) {
        precondition(capacity > 0, "a ring holds at least one element")
        self.capacity = capacity
    }

    package mutating func append(_ element: Element) {
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
    package static func == (a: Ring, b: Ring) -> Bool { a.elementsEqual(b) }
}
