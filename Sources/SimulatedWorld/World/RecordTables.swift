// One table for each object, always there.

struct RecordTables: Sendable {
    private var tables: [RecordTable] = SimulatedObject.allCases.map { RecordTable(firstID: $0.firstID) }

    subscript(object: SimulatedObject) -> RecordTable {
        get { tables[object.ordinal] }
        _modify { yield &tables[object.ordinal] }
    }
}

extension SimulatedObject {
    fileprivate var ordinal: Int {
        switch self {
        case .contacts: 0
        case .organisations: 1
        case .leads: 2
        case .opportunities: 3
        case .projects: 4
        case .fruit: 5
        }
    }

    /// Ids begin where those of a real instance stood, so that they have as many digits.
    fileprivate var firstID: Int64 {
        switch self {
        case .contacts: 366_600_000
        case .organisations: 137_700_000
        case .leads: 78_500_000
        case .opportunities: 35_000_000
        case .projects: 9_100_000
        case .fruit: 54_800_000
        }
    }
}
