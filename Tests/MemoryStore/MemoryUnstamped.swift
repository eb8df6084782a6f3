// What verbs ask of changes without a stamp, answered from memory.

import ChangeFeed
import EventStore

extension MemoryTransaction {
    private func changes(_ resource: Int64) -> [RecordID: MemoryTables.Unstamped] {
        tables.resources[resource]?.unstamped ?? [:]
    }

    /// In the order in which they were kept.
    private func inOrder(
        _ resource: Int64, _ isWanted: (MemoryTables.Unstamped) -> Bool
    ) -> [(key: RecordID, value: MemoryTables.Unstamped)] {
        changes(resource).filter { isWanted($0.value) }.sorted { $0.value.serial < $1.value.serial }
    }

    func unstamped(among ids: [RecordID], in resource: Int64) throws -> Set<RecordID> {
        Set(changes(resource).keys).intersection(ids)
    }

    func count(_ selection: UnstampedSelection) throws -> Int {
        changes(selection.resource).values.count { change in
            change.state == selection.state && selection.reading.map { $0 == change.reading } ?? true
                && selection.within.map { change.paths.isSubset(of: $0) } ?? true
        }
    }

    func unstampedPaths(of resource: Int64, foundBy reading: Reading) throws -> [String: (records: Int, isHeld: Bool)] {
        var paths: [String: (records: Int, isHeld: Bool)] = [:]
        for change in changes(resource).values
        where change.state == .held || (change.state == .open && change.reading == reading) {
            for path in change.paths {
                let before = paths[path] ?? (0, false)
                paths[path] = (before.records + 1, before.isHeld || change.state == .held)
            }
        }
        return paths
    }

    func heldPaths(of resource: Int64) throws -> [String] {
        let paths = changes(resource).values.filter { $0.state == .held }.flatMap(\.paths)
        return Set(paths).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    func lastUnstamped(_ state: UnstampedState, of resource: Int64) throws -> Instant? {
        changes(resource).values.filter { $0.state == state }.compactMap(\.heldSince).max()
    }

    func openUnstamped(
        of resource: Int64, foundBy reading: Reading, through last: Instant, limit: Int
    ) throws -> [(id: RecordID, paths: Set<String>)] {
        inOrder(resource) { $0.state == .open && $0.reading == reading && $0.heldSince.map { $0 <= last } ?? true }
            .prefix(limit).map { ($0.key, $0.value.paths) }
    }

    func heldUnstamped(of resource: Int64, through last: Instant, limit: Int) throws -> [RecordID] {
        inOrder(resource) { $0.state == .held && $0.heldSince.map { $0 <= last } ?? false }.prefix(limit).map(\.key)
    }

    func decidedUnstamped(of resource: Int64, limit: Int) throws -> [DecidedChange] {
        let decided = inOrder(resource) { $0.state == .telling || $0.state == .learning }
        func rank(_ change: MemoryTables.Unstamped) -> (Int, Instant, Int) {
            (change.state == .learning ? 0 : 1, change.heldSince ?? .distantPast, change.serial)
        }
        return decided.sorted { rank($0.value) < rank($1.value) }.prefix(limit).map {
            DecidedChange(id: $0.key, isTold: $0.value.state == .telling, content: $0.value.content)
        }
    }

    func verdicts(of resource: Int64) throws -> [UnstampedVerdict] {
        let verdicts = tables.resources[resource]?.verdicts ?? []
        return verdicts.sorted {
            ($0.decidedAt, $0.reading == .poll ? 0 : 1) < ($1.decidedAt, $1.reading == .poll ? 0 : 1)
        }
    }

    func openReadings(of resource: Int64, foundBefore moment: Instant) throws -> [Reading] {
        let open = changes(resource).values.filter { $0.state == .open && $0.heldSince.map { $0 <= moment } ?? false }
        return [Reading.poll, .sweep].filter { reading in open.contains { $0.reading == reading } }
    }

    func resourcesWithDecisions() throws -> Set<Int64> {
        Set(
            tables.resources.filter { _, resource in
                !resource.verdicts.isEmpty
                    || resource.unstamped.values.contains { $0.state == .telling || $0.state == .learning }
            }.keys)
    }

    func resourcesWithOverdue(foundBefore moment: Instant, now: Instant) throws -> Set<Int64> {
        Set(
            tables.resources.filter { _, resource in
                resource.unstamped.values.contains { change in
                    change.state == .open && (change.heldSince.map { $0 <= moment || $0 > now } ?? true)
                }
            }.keys)
    }
}
