// An event of the daemon's log, as a judge reads it.

import ReceivedEvents

/// An event that the daemon decided to tell, whoever gets it.
package struct LoggedEvent: Sendable {
    package let event: ReceivedEvent
    /// As it is stored, in format `standard`.
    package let body: [UInt8]
    /// Whose event it is.
    package let account: String
    /// Its number in the log.
    package let sequence: Int

    package init(event: ReceivedEvent, body: [UInt8], account: String, sequence: Int) {
        self.event = event
        self.body = body
        self.account = account
        self.sequence = sequence
    }

    /// The record, told apart from one of the same number in another account.
    var record: String { "\(account)/\(event.recordName)" }

    /// `updated` of `contact.updated`.
    var kind: Substring { event.type.split(separator: ".").last ?? "" }
}
