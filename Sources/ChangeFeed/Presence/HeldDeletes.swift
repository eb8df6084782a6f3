// Deletes that are held, and why: the log, `status` and the metrics tell the same of them.

/// What a sample of the records that vanished has told.
package struct AbsenceSample: Sendable, Equatable {
    /// A GET answered 404.
    package var gone: Int
    /// They are there, whether the key's user may read them or not.
    package var existing: Int
    /// The API could not answer for these.
    package var unanswered: Int

    package init(gone: Int = 0, existing: Int = 0, unanswered: Int = 0) {
        self.gone = gone
        self.existing = existing
        self.unanswered = unanswered
    }

    /// Whether it speaks for all that vanished.
    var isConfirmation: Bool { existing == 0 && gone >= Limits.suspectsAtOnce / 2 }
}

/// Deletes that nobody is told of for the time being.
package struct HeldDeletes: Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        /// A sample of the records is asked for by id first.
        case awaitsSample
        case sampled(AbsenceSample)
        /// There is no record left to see by whether the API finds any by its id.
        case listIsEmpty
    }

    package var records: Int
    package var reason: Reason

    package init(records: Int, reason: Reason) {
        self.records = records
        self.reason = reason
    }

    /// Whether somebody has to decide. Until a sample is asked for, nobody has.
    package var awaitsOperator: Bool { reason != .awaitsSample }

    package var description: String { "the deletes of \(records) vanished records are held" }

    /// Whoever looks sees the reason that holds now, and is asked for nothing before there is something to decide.
    package func words(since: Instant) -> String {
        "\(self) (since \(since.iso8601)): \(reason). \(reason.advice)"
    }
}

extension HeldDeletes.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .awaitsSample:
            "a sample of them is asked for by id first"
        case .sampled(let sample):
            "of a sample, \(sample.gone) were deleted and \(sample.existing) still exist"
                + (sample.unanswered > 0 ? ", and \(sample.unanswered) got no answer" : "")
        case .listIsEmpty:
            "the list is empty, which leaves no record to try a GET by id with"
        }
    }

    /// What may be done about it, before anything is released.
    package var advice: String {
        switch self {
        case .awaitsSample: "Nothing is to be decided yet"
        case .sampled(let sample) where sample.existing == 0: "See what the log says of requests for single records"
        case .sampled, .listIsEmpty: "Check what the key's user may see"
        }
    }
}
