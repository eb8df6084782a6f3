// Whether an address leads to a database, as a closure: reading a configuration speaks to none, nor knows who may.

import ChangeFeed

/// Looks at the address of the state store, as it is written.
package struct StoreAddressCheck: Sendable {
    package enum Finding: Sendable {
        /// What is wrong with it, without anything of it.
        case wrong(String)
        /// It is one, of these parts.
        case address(Parts)
        /// Nothing can be told here and now.
        case unknown
    }

    package struct Parts: Sendable {
        /// Nil where it is not written.
        package var password: Secret?
        /// The user, the database and the hosts, as far as they are written.
        package var names: [String]

        package init(password: Secret?, names: [String]) {
            self.password = password
            self.names = names
        }
    }

    package var look: @Sendable (String) -> Finding

    package init(look: @escaping @Sendable (String) -> Finding) {
        self.look = look
    }

    /// Finds nothing: for whoever does not connect.
    package static let none = StoreAddressCheck { _ in .unknown }

    static let right = "write postgresql://USER@HOST:PORT/DATABASE, or host=HOST dbname=DATABASE user=USER"

    /// What is to be filled in where an address is shown: copied as it stands, it leads nowhere.
    static let placesToFillIn: Set = ["USER", "PASSWORD", "HOST", "PORT", "DATABASE"]
}
