/// Where things are in a journal, kept in a file beside it.
package struct JournalIndex {
    static let suffix = ".index"
}
