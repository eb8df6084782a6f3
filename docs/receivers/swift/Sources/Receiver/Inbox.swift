// The events that were taken: each once, on disk, and the sequence up to which nothing is missing.

import Foundation

/// A file with one line for each event. All ids are kept in memory; take your database where there are many.
actor Inbox {
    private var known = Known()
    private let file: FileHandle

    var mark: Int { known.mark }
    var hasGap: Bool { !known.ahead.isEmpty }

    init(path: String) throws {
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        for line in try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n")) {
            // A line that cannot be read was cut short by a crash: what it held was never answered with success.
            if let entry = try? JSONDecoder().decode(Entry.self, from: line) { known.remember(entry) }
        }
        try file.seekToEnd()
    }

    /// A repeat is known by its id, and changes nothing. The event is on disk when this returns.
    func store(_ event: Event, body: Data) throws {
        guard !known.ids.contains(event.id) else { return }
        try write(Entry(id: event.id, sequence: event.data.sequence, body: String(decoding: body, as: UTF8.self)))
        FileHandle.standardOutput.write(Data("\(event.type) \(event.data.id)\n".utf8))
    }

    /// Up to this sequence nothing more is to be had.
    func reach(_ sequence: Int) throws {
        if sequence > known.mark { try write(Entry(mark: sequence)) }
    }

    /// Each line begins with its line end: what a crash cuts short spoils none that follows.
    private func write(_ entry: Entry) throws {
        try file.write(contentsOf: Data("\n".utf8) + JSONEncoder().encode(entry))
        try file.synchronize()
        known.remember(entry)
    }
}

/// A line of the file: an event, or a mark that was reached without one.
private struct Entry: Codable {
    var id: String?
    var sequence: Int?
    var body: String?
    var mark: Int?
}

/// What the lines of the file say.
private struct Known {
    /// Up to this sequence nothing is missing.
    var mark = 0
    var ids: Set<String> = []
    /// Sequences behind a gap.
    var ahead: Set<Int> = []

    mutating func remember(_ entry: Entry) {
        if let reached = entry.mark {
            mark = max(mark, reached)
            ahead = ahead.filter { $0 > mark }
        }
        if let id = entry.id { ids.insert(id) }
        if let sequence = entry.sequence, sequence > mark { ahead.insert(sequence) }
        while ahead.remove(mark + 1) != nil { mark += 1 }
    }
}
