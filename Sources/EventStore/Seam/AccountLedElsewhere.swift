// That what was to be written came too late.

/// An account's transaction that came after the lease it was under; nothing of it is kept. The store is well.
package struct AccountLedElsewhere: Error, Equatable, CustomStringConvertible {
    package let description = "another daemon leads this account by now, and nothing of it is written here any more"

    package init() {}
}
