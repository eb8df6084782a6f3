// What an event says, to be read: what changed of its record, or what the record is where nothing is known to have changed.

import ChangeFeed
import ReceivedEvents

extension ReceivedEvent {
    /// On a terminal of any width, under its heads; values as JSON, with … for what has no room.
    package func changeLines(on screen: Screen) -> [String] {
        if let changes { return table(of: changes).lines(on: screen) }
        guard let record else { return [] }
        var table = Table([.init("FIELD", least: 12), .init("VALUE", least: 12)])
        for member in record.membersByName where !member.value.isEmpty {
            table.add([Phrase(member.name), Phrase(member.value.shown)])
        }
        return table.isEmpty ? [] : table.lines(on: screen)
    }

    private func table(of changes: [Change]) -> Table {
        var table = Table([.init("PATH", least: 16), .init("FROM", least: 12), .init("TO", least: 12)])
        for change in changes {
            table.add([
                Phrase(change.path), Phrase(change.from?.shown ?? "", .bad), Phrase(change.to?.shown ?? "", .good),
            ])
        }
        return table
    }
}

extension RawJSON {
    /// No terminal is wider than that.
    private static let longest = 2_000

    /// As JSON, or its beginning.
    fileprivate var shown: String { String(decoding: bytes.prefix(Self.longest), as: UTF8.self) }
}
