// The open connections of a server, for it to close and for each other to make room.

import NIOCore
import Synchronization

final class ConnectionDoor: Sendable {
    private struct Inside {
        var admission: Admission
        var channels: [Int: any Channel] = [:]
        var nextNumber = 0
    }

    private let inside: Mutex<Inside>

    init(most: Int) {
        inside = Mutex(Inside(admission: Admission(most: most)))
    }

    /// The number of a new connection; nil for one that cannot stay.
    func enter(_ channel: any Channel) -> Int? {
        let (number, leaving) = inside.withLock { inside -> (Int?, (any Channel)?) in
            inside.nextNumber += 1
            guard case .admitted(let closing) = inside.admission.enter(inside.nextNumber) else { return (nil, nil) }
            inside.channels[inside.nextNumber] = channel
            return (inside.nextNumber, closing.flatMap { inside.channels[$0] })
        }
        leaving?.close(promise: nil)
        return number
    }

    func asked(_ number: Int) -> Bool { inside.withLock { $0.admission.asked(number) } }

    func left(_ number: Int) {
        inside.withLock { inside in
            inside.admission.left(number)
            inside.channels[number] = nil
        }
    }

    /// Lets nobody in any more, and returns once all have left: those that wait for an answer have some time for it.
    func close(within time: Duration) async {
        let (idle, all) = inside.withLock { inside in
            (inside.admission.close().compactMap { inside.channels[$0] }, Array(inside.channels.values))
        }
        for channel in idle { channel.close(promise: nil) }
        let late = all.map { channel in
            channel.eventLoop.scheduleTask(in: TimeAmount(time)) { channel.close(promise: nil) }
        }
        defer { for closing in late { closing.cancel() } }
        for channel in all { try? await channel.closeFuture.get() }
    }
}
