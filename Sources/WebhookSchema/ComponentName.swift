// The names that schemas go by in the components of the document.

import ChangeFeed

enum ComponentName {
    static let eventID = "EventID"
    static let recordID = "RecordID"
    static let sequence = "Sequence"
    static let moment = "Moment"
    static let momentOfDetection = "MomentOfDetection"
    static let change = "Change"
    static let changes = "Changes"

    static func record(_ subject: EventSubject) -> String { "record.\(plain(subject.resource.text))" }

    static func data(_ subject: EventSubject, _ kind: ChangeKind) -> String {
        "data.\(plain(subject.resource.text)).\(kind.rawValue)"
    }

    static func element(_ subject: EventSubject, _ kind: ChangeKind) -> String {
        "element.\(plain(subject.resource.text)).\(kind.rawValue)"
    }

    static func body(_ format: NotificationFormat, _ subject: EventSubject, _ kind: ChangeKind) -> String {
        "\(format.rawValue).\(plain(subject.resource.text)).\(kind.rawValue)"
    }

    /// Components allow letters, digits, dots, hyphens and underscores only. What else the key of a resource holds is
    /// written as a hyphen and two digits, and a hyphen so too, so that two keys are never one name.
    private static func plain(_ key: String) -> String {
        key.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
                String(UnicodeScalar(byte))
            default: "-" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }
}
