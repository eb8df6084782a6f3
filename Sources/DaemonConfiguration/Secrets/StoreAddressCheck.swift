// Whether an address leads to a database, as a closure: reading a configuration speaks to none, nor knows who may.

/// Looks at the address of the state store, as it is written.
package struct StoreAddressCheck: Sendable {
    /// What is wrong with it, without anything of it; nil: nothing that can be told here and now.
    package var fault: @Sendable (String) -> String?

    package init(fault: @escaping @Sendable (String) -> String?) {
        self.fault = fault
    }

    /// Finds nothing: for whoever does not connect.
    package static let none = StoreAddressCheck { _ in nil }

    static let right = "write postgresql://USER@HOST:PORT/DATABASE, or host=HOST dbname=DATABASE user=USER"
}
