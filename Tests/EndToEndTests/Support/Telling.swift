// Whether all has been told that there is to tell of an instance.

import ChangeFeed
import ReceivedEvents
import SimulatedWorld
import Simulator

extension LiveInstance {
    /// Whether the last event of each record leaves nothing untold of it.
    func isTold(by events: [ReceivedEvent], _ polled: [SimulatedObject]) -> Bool {
        let last = Dictionary(events.map { ($0.recordName, $0) }, uniquingKeysWith: { $1 })
        return withInstance { instance, _ in
            polled.allSatisfy { object in
                instance.ids(of: object).allSatisfy { id in
                    guard let told = last["\(object.resource)/\(id)"]?.record,
                        let state = instance.history(of: object, id).last,
                        let before = try? RawRecord.read(Array(told.bytes)),
                        let now = try? RawRecord.read(state.document.json)
                    else { return false }
                    return RecordDiff.changes(
                        from: before, to: now, updatedDate: FieldPath("DATE_UPDATED_UTC")
                    ).isEmpty
                }
            }
        }
    }

    /// Every record of the founding that is deleted now and was not told so, and every other that was told of at all.
    func deletionsUntold(by events: [ReceivedEvent], _ polled: [SimulatedObject]) -> [String] {
        let last = Dictionary(events.map { ($0.recordName, $0.type) }, uniquingKeysWith: { $1 })
        return withInstance { instance, _ in
            polled.flatMap { object in
                instance.recycledIDs(of: object).filter { id in
                    let told = last["\(object.resource)/\(id)"]
                    let isFounded = instance.history(of: object, id).first?.summary == "founded"
                    return !(told.map { $0.hasSuffix(".deleted") } ?? !isFounded)
                }.map { "\(object.resource)/\($0)" }
            }
        }
    }
}
