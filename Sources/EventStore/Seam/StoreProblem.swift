// Why a store cannot be used, and what a verb of it failed by: in words of the engine, which know what it is and say what
// to do.

import ChangeFeed

/// The store could not be opened, or cannot be gone on with.
package struct StoreProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// What it suffers from; nil where it is another store, or none.
    package let trouble: StoreTrouble?
    /// What failed, on what, and what to do next.
    package let description: String

    package init(_ description: String, trouble: StoreTrouble? = nil) {
        self.trouble = trouble
        self.description = description
    }

    /// Whether it may be over soon, so that waiting is worth its while.
    package var passes: Bool { trouble?.passes ?? false }
}

/// A verb that failed; nothing of it was written.
package struct StoreFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// One that passes is told of once the engine has waited for its end a while: whoever asks again, does so at once.
    package let trouble: StoreTrouble
    /// What the engine calls it.
    package let cause: String
    /// What it means and what to do, with the cause.
    package let description: String

    /// - Parameters:
    ///   - words: of the trouble.
    ///   - engine: its name.
    package init(_ trouble: StoreTrouble, _ words: String, engine: String, cause: String) {
        self.trouble = trouble
        self.cause = cause
        description = "\(words) (\(engine): \(cause))"
    }
}
